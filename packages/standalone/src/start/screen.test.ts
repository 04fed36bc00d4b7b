import { stripVTControlCharacters } from "node:util";

import { describe, expect, it } from "@jest/globals";
import { manualClock } from "@drumline/core/clock";

import { openLineScreen, openTerminalScreen } from "./screen.ts";

const noWork = { ordersPulled: 0, ordersPlanned: 0, packages: 0, late: 0 };
const someWork = { ordersPulled: 1204, ordersPlanned: 1198, packages: 1310, late: 0 };

function recordingOutput(columns = 80) {
  const written: string[] = [];
  return { columns, written, write: (text: string) => written.push(text) };
}

describe("line screen", () => {
  it("writes the counters in the form that programs read", () => {
    const output = recordingOutput();
    openLineScreen(output, manualClock(new Date(0))).count(someWork);
    expect(output.written).toEqual(["orders pulled 1204 · planned 1198 · packages 1310 · late 0\n"]);
  });

  it("repeats an unchanged count only after ten seconds, a changed one after two", () => {
    const output = recordingOutput();
    const clock = manualClock(new Date(0));
    const screen = openLineScreen(output, clock);
    screen.count(noWork);
    const countsAfter = (ms: number, counters: typeof noWork) => {
      clock.advance(ms);
      screen.count(counters);
      return output.written.length;
    };
    expect(countsAfter(9_000, noWork)).toBe(1);
    expect(countsAfter(1_000, noWork)).toBe(2);
    expect(countsAfter(1_999, someWork)).toBe(2);
    expect(countsAfter(1, someWork)).toBe(3);
  });
});

describe("line screen in trouble", () => {
  it("says the same trouble once in half a minute", () => {
    const output = recordingOutput();
    const clock = manualClock(new Date(0));
    const screen = openLineScreen(output, clock);
    for (const afterMs of [0, 10, 29_989, 1]) {
      clock.advance(afterMs);
      screen.trouble("worker", "the database is away");
    }
    expect(output.written).toEqual(["worker: the database is away\n", "worker: the database is away\n"]);
  });
});

describe("terminal screen", () => {
  it("paints the block in place and keeps lines above it", () => {
    const output = recordingOutput();
    const screen = openTerminalScreen(output, manualClock(new Date(0)));
    screen.count(noWork);
    screen.say("worker is back");
    expect(output.written[1]).toContain("\u001b[2A\u001b[Jworker is back\n\n  orders pulled 0");
  });

  it("leaves the last count on the screen when it closes", () => {
    const output = recordingOutput();
    const screen = openTerminalScreen(output, manualClock(new Date(0)));
    screen.count(noWork);
    screen.close();
    screen.say("stopping");
    expect(output.written.at(-1)).toBe("stopping\n");
  });

  it("counts a repeated warning instead of repeating it", () => {
    const output = recordingOutput();
    const screen = openTerminalScreen(output, manualClock(new Date(0)));
    screen.count(noWork);
    for (let time = 0; time < 3; time += 1) screen.trouble("worker", "Omnitron answers 500");
    expect(output.written.at(-1)).toContain("worker: Omnitron answers 500 (3 times)");
    expect(output.written.at(-1)?.match(/Omnitron/g)).toHaveLength(1);
  });

  it("forgets a warning that did not come again for a minute", () => {
    const output = recordingOutput();
    const clock = manualClock(new Date(0));
    const screen = openTerminalScreen(output, clock);
    screen.count(noWork);
    screen.trouble("worker", "Omnitron answers 500");
    clock.advance(60_000);
    screen.count(noWork);
    expect(output.written.at(-1)).not.toContain("Omnitron");
  });

  it("never writes a block line wider than the terminal", () => {
    const output = recordingOutput(40);
    const screen = openTerminalScreen(output, manualClock(new Date(0)));
    screen.count(someWork);
    screen.trouble("worker", "x".repeat(200));
    const visible = stripVTControlCharacters(output.written.join(""));
    expect(Math.max(...visible.split("\n").map((line) => line.length))).toBeLessThan(40);
  });
});
