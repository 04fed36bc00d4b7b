import { describe, expect, it } from "@jest/globals";

import { describeHealth } from "./describe-health.ts";

const now = new Date("2026-11-26T10:00:00Z");
const well = {
  reasons: [],
  warnings: [],
  counts: { running: 3, late: 0, failed24h: 0 },
  schedules: { on: 31 },
  next: { dueAt: new Date(now.getTime() + 11_200) },
};

describe("the sentence on how it stands", () => {
  it("says that all is well, and what comes next", () => {
    expect(describeHealth(well, now)).toBe("All well. 31 schedules on, 3 running, next in 12 s.");
  });

  it("names what is late and has failed", () => {
    const counts = { running: 0, late: 2, failed24h: 41 };
    expect(describeHealth({ ...well, counts, schedules: { on: 1 }, next: null }, now)).toBe(
      "All well. 1 schedule on, 0 running, 2 late, 41 failed in 24 h.",
    );
  });

  it("begins with the first reason, and says how many more there are", () => {
    const reasons = [{ message: "No beat has been heard of." }, { message: "x" }, { message: "y" }];
    expect(describeHealth({ ...well, reasons }, now)).toMatch(/^No beat has been heard of\. \(and 2 more reasons\) 31/);
  });

  it("calls nothing well that has a warning", () => {
    expect(describeHealth({ ...well, warnings: [{ message: "x" }] }, now)).toMatch(/^Work gets done; 1 warning\. 31/);
  });

  it("says the reason alone while the database is away", () => {
    const away = {
      ...well,
      reasons: [{ message: "The database is away." }],
      counts: null,
      schedules: null,
      next: null,
    };
    expect(describeHealth(away, now)).toBe("The database is away.");
  });
});
