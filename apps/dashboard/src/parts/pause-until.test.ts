import { describe, expect, it } from "@jest/globals";

import { planPausePresets } from "./pause-until.ts";

const presets = (now: string, zone: string) =>
  Object.fromEntries(
    planPausePresets(new Date(now), zone).map(({ name, until }) => [name, until?.toISOString() ?? null]),
  );

describe("how long a pause may last", () => {
  it("offers an hour, tomorrow and Monday at nine in the reader's zone, and no end", () => {
    expect(presets("2026-11-26T23:30:00Z", "Europe/Amsterdam")).toEqual({
      "1 hour": "2026-11-27T00:30:00.000Z",
      // It is the 27th there already.
      "Tomorrow 09:00": "2026-11-28T08:00:00.000Z",
      "Monday 09:00": "2026-11-30T08:00:00.000Z",
      "Until resumed": null,
    });
  });

  it("means the hour of the next morning over a clock change", () => {
    expect(presets("2026-03-28T12:00:00Z", "Europe/Amsterdam")["Tomorrow 09:00"]).toBe("2026-03-29T07:00:00.000Z");
    expect(presets("2026-10-24T12:00:00Z", "Europe/Amsterdam")["Tomorrow 09:00"]).toBe("2026-10-25T08:00:00.000Z");
  });

  it("offers Monday once, where tomorrow is Monday, and the next one on a Monday", () => {
    expect(Object.keys(presets("2026-11-29T12:00:00Z", "UTC"))).toEqual(["1 hour", "Tomorrow 09:00", "Until resumed"]);
    expect(presets("2026-11-30T12:00:00Z", "UTC")["Monday 09:00"]).toBe("2026-12-07T09:00:00.000Z");
  });
});
