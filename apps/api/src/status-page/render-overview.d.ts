import type { Overview } from "../overview/overview.ts";

/** The inside of the page's main element. `nowMs` is the instant it is read at, by the server's clock. */
export function renderOverview(overview: Overview, nowMs: number): string;
/** What is shown to whoever has shown no token: whether work gets done, and where to put one. */
export function renderDoor(health: Pick<Overview, "ready" | "reasons">, problem?: string): string;
export function renderTitle(overview: Pick<Overview, "ready" | "reasons">): string;
/** A span of time as people say it: `4 s`, `12 min`, `3 h 5 min`, `2 d 4 h`. */
export function formatSpan(ms: number): string;
