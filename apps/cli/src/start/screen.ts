import type { Counters } from "./counters.ts";

/** What `drumline start` says to the person in front of it. */
export interface Screen {
  /** A line that stays: what began, what it took, what was decided. */
  say(line: string): void;
  /** A step that is done, with the time it took. */
  step(what: string, tookMs: number): void;
  /** A warning or error of a process; the newest few stay in sight. */
  trouble(process: string, line: string): void;
  /** The latest count. May come as often as it likes; the screen decides what is worth showing. */
  count(counters: Counters): void;
  /** Leaves the last count standing; what is said after this is lines only. */
  close(): void;
}

export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export function formatStep(what: string, tookMs: number): string {
  return `  ${what.padEnd(34)} ${(tookMs / 1_000).toFixed(1)} s`;
}
