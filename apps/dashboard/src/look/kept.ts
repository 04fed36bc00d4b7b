import { useSyncExternalStore } from "react";

/** Something that this browser remembers for whoever sits before it. */
export interface Kept<Value> {
  readonly get: () => Value;
  readonly set: (value: Value) => void;
  /** The value, as it changes. */
  readonly use: () => Value;
}

/**
 * Kept in the browser's storage under `name`; where that is closed to this page, for as long as the page is open.
 * `read` makes a value of whatever was stored, which may be of an older version or of somebody's hands.
 */
export function keep<Value>(name: string, read: (stored: unknown) => Value): Kept<Value> {
  const listeners = new Set<() => void>();
  let value = read(load(name));
  const get = () => value;
  const subscribe = (tell: () => void) => {
    listeners.add(tell);
    return () => void listeners.delete(tell);
  };
  return {
    get,
    set: (next) => {
      value = next;
      save(name, next);
      for (const tell of listeners) tell();
    },
    use: () => useSyncExternalStore(subscribe, get),
  };
}

/** The texts of a list that was stored, and nothing else of it. */
export const toTexts = (stored: unknown): string[] =>
  Array.isArray(stored) ? stored.filter((each): each is string => typeof each === "string") : [];

function load(name: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "null") as unknown;
  } catch {
    return null;
  }
}

function save(name: string, value: unknown): void {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // The choice lasts as long as the page.
  }
}
