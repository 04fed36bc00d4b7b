import { useNavigate } from "@tanstack/react-router";

import { toAbsolute } from "../../parts/format-time.ts";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { Strip } from "../../parts/strip.tsx";
import { Duration, TimeText, useZone } from "../../parts/time-text.tsx";
import { LateBy } from "../runs/late-by.tsx";
import { RunTable } from "../runs/run-table.tsx";
import { isPaused } from "./paused-words.tsx";
import { type ScheduleDetail, useStrips, useUpcoming } from "./schedule-queries.ts";
import { describeOccurrences, toStripCells } from "./strip-of.ts";

/** How it does: the last run, the last day, and what comes. */
export function NowTab({ schedule }: { readonly schedule: ScheduleDetail }) {
  const navigate = useNavigate();
  const strips = useStrips([schedule.id]).data;
  const item = strips?.items[0];
  const { lastRun } = schedule;
  return (
    <div className="stack">
      <div className="columns">
        <section className="panel" aria-label="Timing">
          <div className="panel-body">
            <dl className="facts">
              <dt>When</dt>
              <dd>
                {schedule.inWords} <span className="mono meta">{schedule.trigger}</span>
              </dd>
              <dt>Zone</dt>
              <dd>{schedule.timezone ?? "none: an interval knows no zone"}</dd>
              <dt>Next</dt>
              <dd>
                <TimeText at={schedule.nextDueAt} zone={schedule.timezone} />
                {isPaused(schedule) && <span className="meta"> · passes, since it is paused</span>}
              </dd>
              <dt>Last</dt>
              <dd>
                {lastRun === null ? (
                  "It has never run."
                ) : (
                  <span className="last-cell">
                    <StatusBadge status={lastRun.status} />
                    <TimeText at={lastRun.finishedAt ?? lastRun.dueAt} zone={schedule.timezone} />
                    {lastRun.startedAt !== null && lastRun.finishedAt !== null && (
                      <span className="meta">
                        took <Duration ms={Date.parse(lastRun.finishedAt) - Date.parse(lastRun.startedAt)} />
                      </span>
                    )}
                    <LateBy dueAt={lastRun.dueAt} startedAt={lastRun.startedAt} />
                  </span>
                )}
              </dd>
              {lastRun?.reason != null && (
                <>
                  <dt>Why</dt>
                  <dd>{lastRun.reason}</dd>
                </>
              )}
            </dl>
          </div>
        </section>
        <Upcoming schedule={schedule} />
      </div>
      {strips !== undefined && item !== undefined && (
        <section className="panel" aria-label="Last occurrences">
          <div className="panel-head">
            <h2>{item.runs === null ? "Last 24 hours" : `Last ${item.runs.length} runs`}</h2>
          </div>
          <div className="panel-body tall-strip">
            <Strip
              cells={toStripCells(strips, item)}
              label="Last occurrences"
              zone={schedule.timezone}
              describe={describeOccurrences}
              onOpen={({ runId }) => void (runId !== null && navigate({ to: "/runs/$id", params: { id: runId } }))}
            />
          </div>
        </section>
      )}
      <RunTable filter={{ schedule: schedule.key, from: "all" }} hides={["schedule"]} limit={10} />
    </div>
  );
}

function Upcoming({ schedule }: { schedule: ScheduleDetail }) {
  const next = useUpcoming(schedule.key).data;
  const own = useZone();
  const zone = schedule.timezone ?? "UTC";
  return (
    <section className="panel" aria-label="Next occurrences">
      <div className="panel-head">
        <h2>Next</h2>
        {!schedule.enabled && <span className="meta">if it were on</span>}
      </div>
      <div className="panel-body">
        <ol className="instants">
          {next?.items.slice(0, 5).map(({ dueAt }) => (
            <li key={dueAt}>
              <span>{toAbsolute(Date.parse(dueAt), zone)}</span>
              {own !== zone && <span className="meta">{toAbsolute(Date.parse(dueAt), own)}</span>}
              <span className="meta push">
                <TimeText at={dueAt} zone={zone} />
              </span>
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}
