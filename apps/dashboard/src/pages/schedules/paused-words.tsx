import IconPlayerPause from "@tabler/icons-react/icons/IconPlayerPause";

import { toAbsolute, toClock } from "../../parts/format-time.ts";
import { useZone } from "../../parts/time-text.tsx";
import type { Schedule } from "./schedule-queries.ts";

/** `paused by Ada until 09:00: carrier maintenance`; nothing where it is not paused, or the pause is over. */
export function PausedWords({ schedule }: { readonly schedule: Pick<Schedule, "paused" | "timezone"> }) {
  const zone = useZone(schedule.timezone);
  const { paused } = schedule;
  if (!isPaused(schedule) || paused === null) return null;
  const { by, until, reason } = paused;
  const words = `paused${by === null ? "" : ` by ${by}`} ${until === null ? "until resumed" : `until ${toShort(until, zone)}`}${reason === null ? "" : `: ${reason}`}`;
  return (
    <span className="paused-words" title={until === null ? words : `${words} (${toAbsolute(Date.parse(until), zone)})`}>
      <IconPlayerPause size={14} aria-hidden /> {words}
    </span>
  );
}

/** Whether occurrences of it are skipped now. */
export const isPaused = ({ paused }: Pick<Schedule, "paused">): boolean =>
  paused !== null && (paused.until === null || Date.parse(paused.until) > Date.now());

/** The hour alone within a day, else the day as well. */
function toShort(at: string, zone: string): string {
  const ms = Date.parse(at);
  const clock = toClock(ms, zone);
  if (ms - Date.now() < 20 * 3_600_000) return clock;
  const day = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    weekday: "short",
    day: "numeric",
    month: "short",
  }).format(ms);
  return `${day} ${clock}`;
}
