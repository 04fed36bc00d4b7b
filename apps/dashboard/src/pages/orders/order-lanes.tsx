import { useZone } from "../../parts/time-text.tsx";
import { toAbsolute } from "../../parts/format-time.ts";
import { toWord } from "../../parts/status.ts";
import { type LaneLayout, layOutLanes, type OrderEvent } from "./lane-layout.ts";
import { toneOf } from "./order-states.ts";

const ROW = 26;
const AXIS = 34;
const WIDTH = 900;
const EDGE = 12;

interface OrderLanesProps {
  readonly events: readonly OrderEvent[];
  readonly active: number | null;
  readonly onPick: (index: number) => void;
}

/** An order's life: a lane for each part of it, on one axis of time. The list below says the same in words. */
export function OrderLanes({ events, active, onPick }: OrderLanesProps) {
  const zone = useZone();
  const layout = layOutLanes(events);
  const height = layout.lanes.length * ROW + AXIS;
  return (
    <figure className="lanes panel" aria-label="The order's life on one axis of time">
      <div className="lane-names" aria-hidden>
        {layout.lanes.map(({ key, label, kind }) => (
          <span key={key} className={kind === "order" ? "name" : ""} title={label}>
            {label}
          </span>
        ))}
        <span className="meta">{layout.isFolded ? "pauses folded" : ""}</span>
      </div>
      <div className="lane-scroll" tabIndex={0} role="region" aria-label="Lanes">
        <div className="lane-canvas">
          <svg viewBox={`0 0 ${WIDTH} ${height}`} width="100%" height={height} preserveAspectRatio="none" role="img">
            <title>{toTitle(layout, events)}</title>
            {layout.ticks.map(({ x, at }) => (
              <line key={at} className="lane-tick" x1={toX(x)} x2={toX(x)} y1={0} y2={height - AXIS} />
            ))}
            {layout.lanes.map(({ key, bars }, row) => (
              <g key={key}>
                <line className="lane-base" x1={EDGE} x2={WIDTH - EDGE} y1={toY(row)} y2={toY(row)} />
                {bars.map(({ from, to, state }) => (
                  <rect
                    key={`${from} ${state}`}
                    className="lane-bar"
                    data-tone={toneOf(state)}
                    x={toX(from)}
                    width={toX(to) - toX(from)}
                    y={toY(row) - 5}
                    height={10}
                  >
                    <title>{toWord(state)}</title>
                  </rect>
                ))}
              </g>
            ))}
          </svg>
          {layout.lanes.map(({ key, label, dots }, row) =>
            dots.map(({ event, index, x }) => (
              <button
                key={`${key} ${index}`}
                type="button"
                tabIndex={-1}
                className="lane-dot"
                data-tone={event.after === null ? "planned" : toneOf(event.after)}
                data-active={active === index || undefined}
                style={{ left: `${(toX(x) / WIDTH) * 100}%`, top: toY(row) }}
                title={`${label}: ${toWord(event.what)}${event.after === null ? "" : ` → ${toWord(event.after)}`}, ${toAbsolute(Date.parse(event.at), zone)}`}
                aria-hidden
                onClick={() => onPick(index)}
              />
            )),
          )}
          {layout.ticks.map(({ x, at }) => (
            <span
              key={at}
              className="lane-time meta"
              data-edge={x < 0.05 ? "start" : x > 0.92 ? "end" : undefined}
              style={{ left: `${(toX(x) / WIDTH) * 100}%`, top: height - AXIS + 4 }}
            >
              {toTick(at, zone)}
            </span>
          ))}
        </div>
      </div>
    </figure>
  );
}

const toX = (place: number): number => EDGE + place * (WIDTH - 2 * EDGE);
const toY = (row: number): number => row * ROW + ROW / 2;

function toTitle({ lanes }: LaneLayout, events: readonly OrderEvent[]): string {
  return `${events.length} events in ${lanes.length} lanes: ${lanes.map(({ label }) => label).join(", ")}`;
}

/** The day and the time of day, in two lines. */
function toTick(at: string, timeZone: string): string {
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en-GB", { timeZone, ...options }).format(Date.parse(at));
  return `${part({ day: "numeric", month: "short" })}\n${part({ hour: "2-digit", minute: "2-digit" })}`;
}
