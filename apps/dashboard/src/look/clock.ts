import { useSyncExternalStore } from "react";

const EVERY_MS = 1_000;
const listeners = new Set<() => void>();
let nowMs = Date.now();
let timer = 0;
let isStopped = false;

/** The time of the page, a second exact. One timer for all of it, and none while nothing asks. */
export function useNowMs(): number {
  return useSyncExternalStore(subscribe, () => nowMs);
}

/** Times that no longer follow the server must not look as if they did: the clock of the page stands still. */
export function stopClock(stopped: boolean): void {
  isStopped = stopped;
  tick();
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell);
  if (timer === 0) timer = window.setInterval(tick, EVERY_MS);
  return () => {
    listeners.delete(tell);
    if (listeners.size > 0) return;
    window.clearInterval(timer);
    timer = 0;
  };
}

function tick(): void {
  if (isStopped) return;
  nowMs = Date.now();
  for (const tell of listeners) tell();
}
