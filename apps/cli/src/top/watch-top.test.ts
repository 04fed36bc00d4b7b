import { EventEmitter } from "node:events";

import { systemClock } from "@drumline/core/clock";
import { describe, expect, it } from "@jest/globals";

import { PLAIN } from "../output/color.ts";
import type { TopFacts } from "./load-facts.ts";
import { watchTop } from "./watch-top.ts";

const FACTS: TopFacts = {
  at: new Date("2026-11-26T15:00:00Z"),
  beats: 1,
  workers: 1,
  schedulesOn: 1,
  openProblems: 0,
  late: [],
  running: [],
  next: ["refunds", "stock"].map((key) => ({
    key,
    task: "RefundUpdates",
    dueAt: new Date("2026-11-26T15:00:05Z"),
    pausedBy: null,
    pausedReason: null,
  })),
  failures: [],
};

function openTerminal() {
  const input = Object.assign(new EventEmitter(), {
    raw: [] as boolean[],
    setRawMode: (isRaw: boolean) => input.raw.push(isRaw),
    resume: () => {},
    pause: () => {},
  });
  const frames: string[] = [];
  const written = new EventEmitter();
  const output = {
    columns: 80,
    rows: 24,
    write: (text: string) => {
      frames.push(text);
      written.emit("frame");
    },
  };
  const acts: string[] = [];
  const ended = watchTop({
    input,
    output,
    clock: systemClock,
    paint: PLAIN,
    timezone: "UTC",
    everyMs: 60_000,
    load: async () => FACTS,
    open: async (row) => [`opened ${row.kind === "schedule" ? row.due.key : ""}`],
    act: async (act) => {
      const key = act.row.kind === "schedule" ? act.row.due.key : "";
      acts.push(`${act.do} ${key} ${act.do === "pause" ? act.why : ""}`.trim());
      return "done";
    },
  });
  const until = async (text: string) => {
    while (!frames.at(-1)!.includes(text)) await new Promise((resolve) => written.once("frame", resolve));
  };
  const type = (...keys: string[]) => keys.forEach((key) => input.emit("data", Buffer.from(key)));
  return { input, frames, acts, ended, until, type };
}

describe("the keys of drumline top", () => {
  it("pauses the chosen schedule with the reason that was typed, and leaves the terminal as it was", async () => {
    const { input, frames, acts, ended, until, type } = openTerminal();
    await until("r run again");
    expect(frames[0]).toBe("\u001b[?1049h\u001b[?25l");
    type("j", "p", "\r", "q", "x", "\u007f", "\u001b[C");
    await until("Why pause it for an hour? q_");
    type("\r");
    await until("done");
    expect(acts).toEqual(["pause stock q"]);
    type("q");
    expect(await ended).toBe(0);
    expect([input.raw, input.listenerCount("data")]).toEqual([[true, false], 0]);
    expect(frames.at(-1)).toBe("\u001b[?25h\u001b[?1049l");
  });

  it("opens a row and comes back, does it again on r, and ends with 130 on Ctrl-C", async () => {
    const { frames, acts, ended, until, type } = openTerminal();
    await until("> ");
    type("\r");
    await until("opened refunds");
    type("\u001b");
    await until("r run again");
    type("r");
    await until("done");
    expect(acts).toEqual(["retry refunds"]);
    // One write a frame: home, lines, and what is left below them cleared.
    expect(frames.slice(1).every((frame) => frame.startsWith("\u001b[H") && frame.endsWith("\u001b[J"))).toBe(true);
    type("\u0003");
    expect(await ended).toBe(130);
  });
});
