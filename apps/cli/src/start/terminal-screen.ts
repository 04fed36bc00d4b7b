import { type Clock, MINUTE_MS } from "@drumline/core/clock";

import { formatCounters } from "./counters.ts";
import { shorten } from "./notable-line.ts";
import { formatStep, type Output, type Screen } from "./screen.ts";

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
