import { Link } from "@tanstack/react-router";

import type { Schemas } from "../../client/api.ts";
import { toDuration } from "../../parts/format-time.ts";

type Overlaps = NonNullable<Schemas["ScheduleValidation"]["overlaps"]>;

interface OverlapNoticesProps {
  readonly overlaps: Overlaps;
  readonly overlapPolicy: string;
}

const BECOMES: Readonly<Record<string, string>> = {
  skip: "what is due meanwhile is skipped",
  queue_one: "one waits for its end, and more are skipped",
  allow: "several run at once",
};

/** Says before it is saved that runs will meet each other, or those of another schedule of the task. */
export function OverlapNotices({ overlaps, overlapPolicy }: OverlapNoticesProps) {
  const { isTooShort, tookP95Ms, shortestGapMs, runs, sameInstants } = overlaps;
  return (
    <>
      {isTooShort && (
        <p className="notice">
          It is due again after {toDuration(shortestGapMs!)}, and runs took up to {toDuration(tookP95Ms!)} (95 of 100 of
          the last {runs}): {BECOMES[overlapPolicy] ?? "they overlap"}.
        </p>
      )}
      {sameInstants.map(({ key, name, count }) => (
        <p key={key} className="notice">
          <Link to="/schedules/$key" params={{ key }}>
            {name}
          </Link>{" "}
          runs the same task at the same instants, {count} {count === 1 ? "time" : "times"} in the coming 24 hours.
        </p>
      ))}
    </>
  );
}
