import { Empty } from "../../parts/states.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { toAttempts } from "./attempts.ts";
import type { RunDetail } from "./run-queries.ts";

/** Each try with how it ended; the log holds what each of them said. */
export function AttemptsTab({ run }: { readonly run: RunDetail }) {
  const attempts = toAttempts(run, run.log);
  if (attempts.length === 0) return <Empty title="Not tried yet">Each try appears here with how it ended.</Empty>;
  return (
    <>
      <ol className="changes">
        {attempts.map(({ no, ending, error, endedAt, worker }) => (
          <li key={`${no} ${ending}`} className="panel">
            <div className="panel-head">
              <span className="name">Try {no}</span>
              {ending === "RETRY" && <StatusBadge tone="failed" word="Failed, tried again" />}
              {ending === "SNOOZE" && <StatusBadge tone="planned" word="Put off" />}
              {ending !== "RETRY" && ending !== "SNOOZE" && <StatusBadge status={ending} />}
              <span className="meta push">
                {worker} {endedAt !== null && <TimeText at={endedAt} absolute />}
              </span>
            </div>
            {error !== null && <p className="panel-body reason-text">{error}</p>}
          </li>
        ))}
      </ol>
      {run.deaths > 0 && (
        <p className="notice">
          {run.deaths} workers died while they had it. {run.lastDeath}
        </p>
      )}
    </>
  );
}
