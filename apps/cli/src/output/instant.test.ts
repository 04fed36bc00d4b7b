import { describe, expect, it } from "@jest/globals";

import { formatInstant, formatShort, parseInstant } from "./instant.ts";

describe("formatInstant", () => {
  it.each([
    ["2026-11-21T02:00:00Z", "Europe/Amsterdam", "2026-11-21T03:00:00+01:00"],
    ["2026-07-21T01:00:00Z", "Europe/Amsterdam", "2026-07-21T03:00:00+02:00"],
    ["2026-11-21T03:00:00Z", "UTC", "2026-11-21T03:00:00+00:00"],
    ["2026-11-21T03:00:00.250Z", "UTC", "2026-11-21T03:00:00.250+00:00"],
    ["2026-01-01T00:00:00Z", "America/St_Johns", "2025-12-31T20:30:00-03:30"],
    ["2026-10-25T00:30:00Z", "Europe/Amsterdam", "2026-10-25T02:30:00+02:00"],
    ["2026-10-25T01:30:00Z", "Europe/Amsterdam", "2026-10-25T02:30:00+01:00"],
  ])("shows %s in %s as %s", (instant, timezone, shown) => {
    expect(formatInstant(new Date(instant), timezone)).toBe(shown);
  });

  it("is read back as the same instant", () => {
    const instant = new Date("2026-03-29T00:59:59Z");
    for (const timezone of ["Asia/Kathmandu", "Australia/Lord_Howe", "America/Sao_Paulo"]) {
      expect(new Date(formatInstant(instant, timezone))).toEqual(instant);
    }
  });
});

describe("formatShort", () => {
  it("leaves out seconds where there are none", () => {
    expect(formatShort(new Date("2026-11-21T03:00:00Z"), "UTC")).toBe("21 Nov 03:00");
    expect(formatShort(new Date("2026-11-21T03:00:05Z"), "UTC")).toBe("21 Nov 03:00:05");
  });
});

describe("parseInstant", () => {
  it.each([
    ["2026-11-21T03:00:00Z", "2026-11-21T03:00:00Z"],
    ["2026-11-21T03:00+01:00", "2026-11-21T02:00:00Z"],
    ["2026-11-21T03:00:00-0330", "2026-11-21T06:30:00Z"],
    ["2026-11-21T03:00:00", "2026-11-21T02:00:00Z"],
    ["2026-07-21 03:00", "2026-07-21T01:00:00Z"],
    ["2026-07-21", "2026-07-20T22:00:00Z"],
  ])("reads %s in Amsterdam as %s", (text, instant) => {
    expect(parseInstant(text, "Europe/Amsterdam")).toEqual(new Date(instant));
  });

  it.each(["tomorrow", "", "2026-13-01", "2026-02-30", "2026-11-21T25:00Z", "1700000000"])("refuses %j", (text) => {
    expect(parseInstant(text, "UTC")).toBeNull();
  });
});
