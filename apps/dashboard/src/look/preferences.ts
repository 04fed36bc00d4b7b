import { useSyncExternalStore } from "react";

/** What a person chose for this browser. */
interface Preferences {
  /** Whose clock times are shown by. */
  readonly zone: "mine" | "schedule" | "utc";
  /** Single keys do something (WCAG 2.1.4: they can be switched off). */
  readonly keys: boolean;
  /** Rows of 40 px instead of 32. */
  readonly comfortable: boolean;
}

const KEPT_AS = "drumline-preferences";
const DEFAULTS: Preferences = { zone: "mine", keys: true, comfortable: false };
const listeners = new Set<() => void>();
let current = read();

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, () => current);
}

export const preferences = (): Preferences => current;

export function changePreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(KEPT_AS, JSON.stringify(current));
  } catch {
    // Storage is closed to this page: the choice lasts as long as the page.
  }
  for (const tell of listeners) tell();
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell);
  return () => void listeners.delete(tell);
}

function read(): Preferences {
  try {
    return { ...DEFAULTS, ...(JSON.parse(localStorage.getItem(KEPT_AS) ?? "{}") as Partial<Preferences>) };
  } catch {
    return DEFAULTS;
  }
}
