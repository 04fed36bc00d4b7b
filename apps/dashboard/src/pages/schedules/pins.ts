import { useMemo } from "react";

import { keep, toTexts } from "../../look/kept.ts";

const pins = keep<readonly string[]>("drumline-pinned-schedules", toTexts);

/** Keys of the schedules that this browser shows first. */
export function usePins(): ReadonlySet<string> {
  const keys = pins.use();
  return useMemo(() => new Set(keys), [keys]);
}

export const togglePin = (key: string): void =>
  pins.set(pins.get().includes(key) ? pins.get().filter((pinned) => pinned !== key) : [...pins.get(), key]);
