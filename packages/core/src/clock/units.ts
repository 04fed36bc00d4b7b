export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** In the largest unit that measures it exactly: `1 hour`, `90 minutes`, `0.05 seconds`. */
export function durationInWords(ms: number): string {
  const units = [
    ["day", DAY_MS],
    ["hour", HOUR_MS],
    ["minute", MINUTE_MS],
  ] as const;
  const [unit, unitMs] = units.find(([, size]) => ms >= size && ms % size === 0) ?? ["second", SECOND_MS];
  return ms === unitMs ? `1 ${unit}` : `${ms / unitMs} ${unit}s`;
}
