import { useSyncExternalStore } from "react";

const KEPT_AS = "drumline-pinned-schedules";
const listeners = new Set<() => void>();
let pins: ReadonlySet<string> = read();

/** Keys of the schedules that this browser shows first. */
export const usePins = (): ReadonlySet<string> =>
  useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => void listeners.delete(tell);
    },
    () => pins,
  );

export function togglePin(key: string): void {
  pins = new Set(pins.has(key) ? [...pins].filter((pinned) => pinned !== key) : [...pins, key]);
  try {
    localStorage.setItem(KEPT_AS, JSON.stringify([...pins]));
  } catch {
    // Storage is closed to this page: the pin lasts as long as the page.
  }
  for (const tell of listeners) tell();
}

function read(): ReadonlySet<string> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT_AS) ?? "[]");
    return new Set(Array.isArray(kept) ? kept.map(String) : []);
  } catch {
    return new Set();
  }
}
