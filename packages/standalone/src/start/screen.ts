import { type Clock, MINUTE_MS, SECOND_MS } from "@drumline/core/clock";

import { shorten } from "../process-group/notable-line.ts";

/** What `drumline start` says to the person in front of it. */
export interface Screen {
  /** A terminal, and no file or service's journal that others read too. */
  readonly isTerminal: boolean;
  /** A line that stays: what began, what it took, what was decided. */
  say(line: string): void;
  /** A step that is done, with the time it took. */
  step(what: string, tookMs: number): void;
  /** A warning or error of a process; the newest few stay in sight. */
  trouble(process: string, line: string): void;
  /** The latest count. May come as often as it likes; the screen decides what is worth showing. */
  count(counters: Counters): void;
  /** Leaves the last count on the screen; what is said after this is lines only. */
  close(): void;
}

export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** What the screen counts. */
export interface Counters {
  readonly ordersPulled: number;
  readonly ordersPlanned: number;
  readonly packages: number;
  /** Due occurrences that nobody started within their grace. */
  readonly late: number;
}

export function openScreen(output: Output, clock: Clock): Screen {
  return output.isTTY ? openTerminalScreen(output, clock) : openLineScreen(output, clock);
}

const AT_LEAST_EVERY_MS = 10 * SECOND_MS;
const AT_MOST_EVERY_MS = 2 * SECOND_MS;
const SAY_AGAIN_AFTER_MS = 30 * SECOND_MS;
const MOST_REMEMBERED = 1_000;

/** For pipes, files and services: whole lines only, a count when it changed and every ten seconds when it did not. */
export function openLineScreen(output: Output, clock: Clock): Screen {
  const saidAtMs = new Map<string, number>();
  let lastLine = "";
  let lastAtMs = -Infinity;
  const say = (line: string) => void output.write(`${line}\n`);
  return {
    isTerminal: false,
    say,
    step: (what, tookMs) => say(formatStep(what, tookMs)),
    trouble: (process, line) => {
      const nowMs = clock.now().getTime();
      const what = `${process}: ${line}`;
      // One database that is away makes every process say so many times a second.
      if (nowMs - (saidAtMs.get(what) ?? -Infinity) < SAY_AGAIN_AFTER_MS) return;
      saidAtMs.set(what, nowMs);
      if (saidAtMs.size > MOST_REMEMBERED) saidAtMs.clear();
      say(what);
    },
    count: (counters) => {
      const line = formatCounters(counters);
      const sinceMs = clock.now().getTime() - lastAtMs;
      if (sinceMs < (line === lastLine ? AT_LEAST_EVERY_MS : AT_MOST_EVERY_MS)) return;
      say(line);
      lastLine = line;
      lastAtMs = clock.now().getTime();
    },
    close: () => {},
  };
}

const TROUBLES_IN_SIGHT = 4;
const IN_SIGHT_MS = MINUTE_MS;
const NARROWEST = 40;
const dim = (text: string) => `\u001b[2m${text}\u001b[22m`;
const yellow = (text: string) => `\u001b[33m${text}\u001b[39m`;

/** For people: lines that stay above, and below them one block that is painted anew in place. */
export function openTerminalScreen(output: Output, clock: Clock): Screen {
  let block: string[] = [];
  let counters = "";
  let troubles: { process: string; line: string; times: number; lastAtMs: number }[] = [];

  const width = () => Math.max(NARROWEST, output.columns ?? 80) - 1;
  // Up over the old block, clear from there down: one write, so that nothing flickers.
  const erase = () => (block.length === 0 ? "" : `\u001b[${block.length}A\u001b[J`);
  const paint = (above = "") => {
    const wiped = erase();
    block = counters === "" ? [] : ["", `  ${shorten(counters, width() - 2)}`, ...troubles.map(toLine)];
    output.write(wiped + above + block.map((line) => `${line}\n`).join(""));
  };
  const toLine = ({ process, line, times }: (typeof troubles)[number]) => {
    const repeated = times === 1 ? "" : ` (${times} times)`;
    return yellow(`  ${shorten(`${process}: ${line}`, width() - 2 - repeated.length)}${repeated}`);
  };
  const say = (line: string) => paint(`${line}\n`);

  return {
    isTerminal: true,
    say,
    step: (what, tookMs) => say(dim(formatStep(what, tookMs))),
    trouble: (process, line) => {
      const known = troubles.find((trouble) => trouble.process === process && trouble.line === line);
      const lastAtMs = clock.now().getTime();
      const latest = { process, line, times: (known?.times ?? 0) + 1, lastAtMs };
      troubles = [...troubles.filter((trouble) => trouble !== known), latest];
      if (troubles.length > TROUBLES_IN_SIGHT) troubles.shift();
      // Before there is a block, a warning is a line like any other.
      if (counters === "") say(toLine(latest));
      else paint();
    },
    count: (latest) => {
      counters = formatCounters(latest);
      troubles = troubles.filter(({ lastAtMs }) => clock.now().getTime() - lastAtMs < IN_SIGHT_MS);
      paint();
    },
    close: () => {
      block = [];
      counters = "";
    },
  };
}

function formatStep(what: string, tookMs: number): string {
  return `  ${what.padEnd(34)} ${(tookMs / 1_000).toFixed(1)} s`;
}

/** The line that programs read too: `orders pulled 1204 · planned 1198 · packages 1310 · late 0`. */
function formatCounters({ ordersPulled, ordersPlanned, packages, late }: Counters): string {
  return `orders pulled ${ordersPulled} · planned ${ordersPlanned} · packages ${packages} · late ${late}`;
}
