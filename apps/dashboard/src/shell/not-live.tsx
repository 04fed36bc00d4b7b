import { useEffect, useState } from "react";

import { retryNow, useLive } from "../client/live.ts";
import { toClock, toDuration } from "../parts/format-time.ts";
import { useZone } from "../parts/time-text.tsx";

const TICK_MS = 1_000;

/** Says that what is shown is old, and since when: "Not live since 10:41:07, trying again in 4 s". */
export function NotLive() {
  const live = useLive();
  const zone = useZone();
  if (live.kind === "paused")
    return (
      <div className="not-live" role="status">
        Paused since {toClock(live.since.getTime(), zone, true)}: nothing is asked for by itself.
      </div>
    );
  if (live.kind !== "lost") return null;
  return (
    <div className="not-live" role="status">
      Not live since {toClock(live.since.getTime(), zone, true)}, <Countdown to={live.retryAt} />{" "}
      <button type="button" className="text-button" onClick={retryNow}>
        Now
      </button>
    </div>
  );
}

/** By its own clock: the page's stands still. */
function Countdown({ to }: { to: Date }) {
  const [nowMs, setNowMs] = useState(Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNowMs(Date.now()), TICK_MS);
    return () => window.clearInterval(timer);
  }, []);
  const leftMs = to.getTime() - nowMs;
  return <>{leftMs <= 0 ? "trying again" : `trying again in ${toDuration(Math.ceil(leftMs / TICK_MS) * TICK_MS)}`}</>;
}
