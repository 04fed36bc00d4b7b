import { HOUR_MS, MINUTE_MS, SECOND_MS } from "@drumline/core/clock";

/** As people read it at a glance: `0.2 s`, `41 s`, `3 m 05 s`, `2 h 05 m`, `3 d 04 h`. */
export function formatDuration(ms: number): string {
  const twoDigits = (value: number) => String(Math.floor(value)).padStart(2, "0");
  if (ms < 10 * SECOND_MS) return `${(Math.max(0, ms) / SECOND_MS).toFixed(1)} s`;
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)} s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} m ${twoDigits((ms % MINUTE_MS) / SECOND_MS)} s`;
  if (ms < 24 * HOUR_MS) return `${Math.floor(ms / HOUR_MS)} h ${twoDigits((ms % HOUR_MS) / MINUTE_MS)} m`;
  return `${Math.floor(ms / (24 * HOUR_MS))} d ${twoDigits((ms % (24 * HOUR_MS)) / HOUR_MS)} h`;
}
