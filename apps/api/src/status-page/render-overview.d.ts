import type { Overview } from "../overview/overview.ts";

/** The inside of the page's main element. `nowMs` is the instant it is read at, by the server's clock. */
export function renderOverview(overview: Overview, nowMs: number): string;
export function renderTitle(overview: Pick<Overview, "ready" | "reasons">): string;
/** A span of time as people say it: `4 s`, `12 min`, `3 h 5 min`, `2 d 4 h`. */
export function formatSpan(ms: number): string;
