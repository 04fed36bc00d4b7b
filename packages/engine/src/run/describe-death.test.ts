import { describe, expect, it } from "@jest/globals";

import { describeDeath } from "./describe-death.ts";

const OUT_OF_MEMORY = `
<--- Last few GCs --->

[4242:0x1]     1187 ms: Mark-Compact 61.9 (65.1) -> 61.8 (65.1) MB, 20.5 / 0.0 ms  (average mu = 0.1) allocation failure
<--- JS stacktrace --->

FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory
----- Native stack trace -----

 1: 0xb9a330 node::Abort() [node]
`;

const UNCAUGHT = `
/app/tasks.ts:12
    throw new TypeError("no such page");
          ^

TypeError: no such page
    at later (/app/tasks.ts:12:11)

Node.js v20.20.2
`;

describe("describeDeath", () => {
  it.each([
    [
      { code: null, signal: "SIGABRT", stderr: OUT_OF_MEMORY },
      "signal SIGABRT; FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
    ],
    [{ code: 1, signal: null, stderr: UNCAUGHT }, "exit code 1; TypeError: no such page"],
    [{ code: null, signal: "SIGKILL", stderr: "" }, "signal SIGKILL"],
    [{ code: 3, signal: null, stderr: "one\ntwo\n\nthree\nfour\n" }, "exit code 3; two / three / four"],
    [{ code: null, signal: null, stderr: "" }, "it could not be started"],
  ])("names what ended it and the cause among its last words", (death, words) => {
    expect(describeDeath(death)).toBe(words);
  });

  it("says it in storable words, however much there is", () => {
    const words = describeDeath({ code: 1, signal: null, stderr: `RangeError: \0${"😀".repeat(10_000)}` });
    expect(words).toMatch(/^exit code 1; RangeError: \ufffd(😀)+…$/u);
    expect(words.length).toBeLessThan(2_100);
  });
});
