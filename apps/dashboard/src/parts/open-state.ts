import { useSyncExternalStore } from "react";

/** Whether a dialog that any part of the page may open is open. */
export interface OpenState {
  readonly open: () => void;
  readonly close: () => void;
  readonly use: () => boolean;
}

export function createOpenState(): OpenState {
  let isOpen = false;
  const listeners = new Set<() => void>();
  const set = (next: boolean) => {
    isOpen = next;
    for (const tell of listeners) tell();
  };
  const subscribe = (tell: () => void) => {
    listeners.add(tell);
    return () => void listeners.delete(tell);
  };
  return {
    open: () => set(true),
    close: () => set(false),
    use: () => useSyncExternalStore(subscribe, () => isOpen),
  };
}
