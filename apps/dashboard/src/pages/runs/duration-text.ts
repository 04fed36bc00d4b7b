const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `60s`, `5m`, `1h`, `250ms`; a number alone is seconds. Null where it is none. */
export function parseDurationMs(text: string): number | null {
  const [, amount, unit = "s"] = /^\s*(\d{1,9})\s*(ms|s|m|h|d)?\s*$/i.exec(text) ?? [];
  return amount === undefined ? null : Number(amount) * UNITS[unit.toLowerCase() as keyof typeof UNITS];
}

/** In the largest unit that holds it exactly: 90000 is `90s`, 3600000 is `1h`. */
export function durationText(durationMs: number): string {
  for (const unit of ["d", "h", "m", "s"] as const)
    if (durationMs >= UNITS[unit] && durationMs % UNITS[unit] === 0) return `${durationMs / UNITS[unit]}${unit}`;
  return `${durationMs}ms`;
}
