import { describe, expect, it } from "@jest/globals";

import { toAttempts } from "./attempts.ts";

const at = "2026-11-26T12:00:00.000Z";
const run = {
  attempt: 2,
  status: "FINISHED",
  error: "Carrier 503",
  startedAt: at,
  finishedAt: at,
  worker: "w@2",
} as const;
const retry = { at, fields: { endedTry: 1, ending: "RETRY", error: "Carrier 503", worker: "w@1" } };

describe("the tries of a run", () => {
  it("are those that another followed, with the error of each, and the last one, whose error is over once it finished", () => {
    expect(toAttempts(run, [{ at, fields: { orders: 3 } }, retry])).toEqual([
      { no: 1, ending: "RETRY", error: "Carrier 503", endedAt: at, worker: "w@1" },
      { no: 2, ending: "FINISHED", error: null, endedAt: at, worker: "w@2" },
    ]);
  });

  it("do not count the try again whose successor still waits", () => {
    expect(toAttempts({ ...run, attempt: 1, status: "SCHEDULED", finishedAt: null }, [retry])).toHaveLength(1);
  });

  it("are none before the first", () => {
    expect(toAttempts({ ...run, attempt: 0, status: "SCHEDULED" }, [])).toEqual([]);
  });
});
