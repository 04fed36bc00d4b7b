import { setTimeout as wait } from "node:timers/promises";

import type { Clock } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";

import { ExitCode } from "../exit.ts";
import type { Paint } from "../output/color.ts";
import { cutTo } from "../output/width.ts";
import { formatFrame, type FrameSize, toRows, type TopRow } from "./frame.ts";
import { FIRST_STATE, pressKey, toFooter, type TopAct, type TopState } from "./keys.ts";
import type { TopFacts } from "./load-facts.ts";

export interface TopInput {
  setRawMode(isRaw: boolean): unknown;
  resume(): unknown;
  pause(): unknown;
  on(event: "data", listener: (typed: Buffer) => void): unknown;
  off(event: "data", listener: (typed: Buffer) => void): unknown;
}

export interface TopOutput {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

export interface WatchedTop {
  readonly input: TopInput;
  readonly output: TopOutput;
  readonly clock: Clock;
  readonly paint: Paint;
  readonly timezone: string;
  readonly everyMs: number;
  load(now: Date): Promise<TopFacts>;
  /** The lines that tell of one row in full. */
  open(row: TopRow): Promise<readonly string[]>;
  /** @returns what was done, in a few words */
  act(act: Extract<TopAct, { do: "retry" | "pause" | "resume" }>): Promise<string>;
}

const ENTER_SCREEN = "\u001b[?1049h\u001b[?25l";
const LEAVE_SCREEN = "\u001b[?25h\u001b[?1049l";

/** The screen until somebody leaves it; a frame is one write, so that nothing flickers. @returns the exit code */
export async function watchTop(top: WatchedTop): Promise<number> {
  const { input, output, clock, everyMs } = top;
  let state: TopState = FIRST_STATE;
  let facts: TopFacts | null = null;
  let opened: readonly string[] = [];
  let said: string | null = null;
  let exitCode: number | null = null;
  let leave: () => void = () => {};
  const left = new Promise<void>((resolve) => (leave = resolve));

  const size = (): FrameSize => ({ columns: output.columns ?? 80, rows: output.rows ?? 24 });
  const rows = (): TopRow[] => (facts === null ? [] : toRows(facts, size()));
  const paintFrame = () => {
    if (facts === null || exitCode !== null) return;
    const footer = toFooter(state, said);
    const chosen = Math.min(state.chosen, rows().length - 1);
    const lines = state.isOpen
      ? [...opened.slice(0, size().rows - 1).map((line) => cutTo(line, size().columns)), footer]
      : formatFrame(facts, chosen, footer, { ...size(), timezone: top.timezone, paint: top.paint });
    output.write(`\u001b[H${lines.map((line) => `${line}\u001b[K`).join("\r\n")}\u001b[J`);
  };
  const refresh = async () => {
    try {
      facts = await top.load(clock.now());
    } catch (error) {
      said = messageOf(error);
    }
    paintFrame();
  };
  const perform = async (act: TopAct) => {
    try {
      if (act.do === "open") opened = await top.open(act.row);
      else if (act.do === "retry" || act.do === "pause" || act.do === "resume") {
        said = await top.act(act);
        await refresh();
      }
    } catch (error) {
      said = messageOf(error);
    }
    paintFrame();
  };
  const onTyped = (typed: Buffer) => {
    const step = pressKey(state, typed.toString("utf8"), rows());
    state = step.state;
    if (step.act?.do === "quit" || step.act?.do === "interrupt") {
      exitCode = step.act.do === "quit" ? ExitCode.fine : ExitCode.interrupted;
      leave();
      return;
    }
    said = null;
    paintFrame();
    if (step.act !== undefined) void perform(step.act);
  };

  input.setRawMode(true);
  input.on("data", onTyped);
  input.resume();
  output.write(ENTER_SCREEN);
  try {
    await refresh();
    while (exitCode === null) {
      const waking = new AbortController();
      await Promise.race([left, wait(everyMs, undefined, { signal: waking.signal }).catch(() => {})]);
      waking.abort();
      if (exitCode === null) await refresh();
    }
  } finally {
    input.off("data", onTyped);
    input.setRawMode(false);
    input.pause();
    output.write(LEAVE_SCREEN);
  }
  return exitCode ?? ExitCode.fine;
}
