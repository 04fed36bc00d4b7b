import { useQuery } from "@tanstack/react-query";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import { useNowMs } from "../../look/clock.ts";
import { toClock, toRelative } from "../../parts/format-time.ts";
import { PageLink } from "../../parts/page-link.tsx";
import { Empty, ErrorState, Loading } from "../../parts/states.tsx";
import { useZone } from "../../parts/time-text.tsx";
import { placeTicks } from "./place-ticks.ts";

type Next = Schemas["NextOccurrences"];

const EVERY_MS = 30_000;
const MINUTES = 60;
/** Those that are due first; the page stays one that is seen at a glance. */
const MOST_ROWS = 15;
const MARKS = [0, 10, 20, 30, 40, 50, 60] as const;

/** What fires within the hour: a row per schedule, ticks at the due instants, and a line that is now. */
export function NextHour() {
  const { data, error, refetch } = useQuery({
    queryKey: ["schedules", "next", MINUTES],
    queryFn: () =>
      dataOf(api.GET("/api/v1/overview/next", { params: { query: { minutes: MINUTES, limit: MOST_ROWS } } })),
    refetchInterval: EVERY_MS,
  });
  return (
    <section className="panel" aria-labelledby="next-hour">
      <div className="panel-head">
        <h2 id="next-hour">Next 60 minutes</h2>
        {data !== undefined && data.more > 0 && <span className="meta">and {data.more} schedules more</span>}
      </div>
      {data === undefined && error === null && <Loading what="what is due next" rows={4} />}
      {data === undefined && error !== null && (
        <ErrorState what="What is due next" error={error} onRetry={() => void refetch()} />
      )}
      {data?.items.length === 0 && (
        <Empty title="Nothing is due within the hour">
          A schedule that is switched on appears here before it fires.
        </Empty>
      )}
      {data !== undefined && data.items.length > 0 && <Timeline next={data} />}
    </section>
  );
}

function Timeline({ next }: { next: Next }) {
  const zone = useZone();
  const [fromMs, untilMs] = [Date.parse(next.at), Date.parse(next.until)];
  const toShare = (ms: number) => Math.max(0, Math.min(1, (ms - fromMs) / (untilMs - fromMs)));
  return (
    <div className="due">
      <div className="due-axis" aria-hidden>
        {MARKS.map((minute) => (
          <span key={minute} style={{ left: `${(minute / MINUTES) * 100}%` }}>
            {toClock(fromMs + minute * 60_000, zone)}
          </span>
        ))}
      </div>
      {next.items.map((item) => (
        <div className="due-row" key={item.id} data-paused={item.paused || undefined}>
          <PageLink to="/schedules/$id" params={{ id: item.schedule }} className="due-name">
            {item.name}
          </PageLink>
          <span className="due-track" role="img" aria-label={describe(item, zone)} title={describe(item, zone)}>
            {next.windows
              .filter((window) => holds(window, item))
              .map(({ name, startsAt, endsAt }) => (
                <span
                  key={`${name}${startsAt}`}
                  className="due-window"
                  style={{
                    left: `${toShare(Date.parse(startsAt)) * 100}%`,
                    right: `${(1 - toShare(Date.parse(endsAt))) * 100}%`,
                  }}
                />
              ))}
            <Ticks item={item} toShare={toShare} />
          </span>
        </div>
      ))}
      <NowLine toShare={toShare} />
    </div>
  );
}

/** As many as these are told apart; more are one band with their number. */
const MOST_TICKS = 24;

function Ticks({ item, toShare }: { item: Item; toShare: (ms: number) => number }) {
  const placed = placeTicks(item.ticks, toShare);
  if (placed.length > MOST_TICKS)
    return (
      <span className="due-band">
        <b>{item.count.toLocaleString("en")} times</b>
      </span>
    );
  return placed.map(({ share, count }) => (
    <span key={share} className="due-tick" data-many={count > 1 || undefined} style={{ left: `${share * 100}%` }}>
      {count > 1 ? count : null}
    </span>
  ));
}

/** Moves once a second, on its own, so that nothing else is drawn anew. */
function NowLine({ toShare }: { toShare: (ms: number) => number }) {
  const nowMs = useNowMs();
  return (
    <div className="due-now" aria-hidden>
      <span style={{ left: `${toShare(nowMs) * 100}%` }} />
    </div>
  );
}

type Item = Next["items"][number];

function holds({ queues, scheduleIds }: Next["windows"][number], { id, queue }: Item): boolean {
  if (queues.length + scheduleIds.length === 0) return true;
  return scheduleIds.includes(id) || (queue !== null && queues.includes(queue));
}

function describe({ name, count, paused, ticks }: Item, zone: string): string {
  const first = ticks.at[0];
  if (first === undefined) return `${name}: not due within the hour`;
  const times = count === 1 ? "once" : `${count} times`;
  const when = `${toClock(first * 1_000, zone, true)} ${zone}, ${toRelative(first * 1_000, Date.now())}`;
  return `${name}: ${paused ? "paused, would be due" : "due"} ${times} within the hour, ${count === 1 ? "at" : "first at"} ${when}`;
}
