import { plain } from "@drumline/testing";
import { afterEach, describe, expect, it } from "@jest/globals";

import { openRawOutside } from "../../test/raw-outside.ts";
import { RateLimited, Unavailable } from "./errors.ts";

const outside = openRawOutside();
afterEach(outside.close);

describe("Retry-After", () => {
  const silenced = async (status: string, headers: string[]) => {
    const { url } = await outside.serve(plain("", headers, status));
    return await outside
      .client(url)
      .get("/", {})
      .catch((thrown: unknown) => thrown);
  };
  const HOUR_MS = 3_600_000;
  const forms: [string, string[], number | null][] = [
    ["seconds", ["retry-after: 900"], 900_000],
    ["a date", ["retry-after: Fri, 20 Nov 2026 12:15:00 GMT"], 900_000],
    ["an old date", ["retry-after: Friday, 20-Nov-26 12:15:00 GMT"], 900_000],
    ["a date of C", ["retry-after: Fri Nov 20 12:15:00 2026"], 900_000],
    ["nought", ["retry-after: 0"], 1_000],
    ["a date that is past", ["retry-after: Fri, 20 Nov 2020 12:00:00 GMT"], 1_000],
    ["a date far away", ["retry-after: Fri, 31 Dec 9999 23:59:59 GMT"], HOUR_MS],
    ["99999999999", ["retry-after: 99999999999"], HOUR_MS],
    ["20 digits", ["retry-after: 99999999999999999999"], HOUR_MS],
    ["400 digits", [`retry-after: ${"9".repeat(400)}`], HOUR_MS],
    ["two of them", ["retry-after: 900", "retry-after: 7"], 900_000],
    ["1e20", ["retry-after: 1e20"], null],
    ["a negative number", ["retry-after: -5"], null],
    ["a date of its own kind", ["retry-after: 2026-11-20T12:15:00Z"], null],
    ["a word", ["retry-after: tomorrow"], null],
    ["nothing", [], null],
  ];

  it.each(forms)("of %s is waited for after a 429", async (_what, headers, delayMs) => {
    const error = await silenced("429 Too Many Requests", headers);
    expect(error).toBeInstanceOf(RateLimited);
    expect(error).toMatchObject({ retryAfterMs: delayMs ?? 30_000 });
  });

  it.each(forms)("of %s is waited for after a 503, which without one is a failure", async (_what, headers, delayMs) => {
    const error = await silenced("503 Service Unavailable", headers);
    if (delayMs === null) expect(error).toBeInstanceOf(Unavailable);
    else expect(error).toMatchObject({ retryAfterMs: delayMs, code: "RATE_LIMITED" });
  });

  it("says until when, and what was asked for where that is more than is granted", async () => {
    expect(await silenced("429 Too Many Requests", ["retry-after: 900"])).toMatchObject({
      message: expect.stringContaining("asked for silence until 2026-11-20T12:15:00.000Z (it answered 429)."),
    });
    expect(await silenced("503 Down", ["retry-after: 99999999999"])).toMatchObject({
      message: expect.stringContaining(
        "until 2026-11-20T13:00:00.000Z (it answered 503; it asked for 99999999999 s, capped at 3600 s).",
      ),
    });
  });
});
