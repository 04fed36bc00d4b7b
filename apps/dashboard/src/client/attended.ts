const UNATTENDED_AFTER_MS = 5 * 60_000;

let lastTouchedAt = Date.now();
const touch = () => void (lastTouchedAt = Date.now());
for (const input of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"])
  window.addEventListener(input, touch, { passive: true, capture: true });

/** Nobody has touched the page for a while: what it still asks, because something changed, is no use of the session. */
export const isUnattended = (): boolean => Date.now() - lastTouchedAt > UNATTENDED_AFTER_MS;
