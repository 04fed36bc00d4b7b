import { describe, expect, it } from "@jest/globals";

import { InvalidSchedule } from "./invalid-schedule.ts";
import { parsePingUrl, toPingOrigin } from "./ping-url.ts";

describe("a ping URL", () => {
  it.each(["https://hc-ping.com/0a1b", "http://10.0.0.7:8000/ping?create=1", "https://hc-ping.com"])(
    "is taken as it was given: %s",
    (url) => expect(parsePingUrl(url, "X_PING_URL")).toBe(url),
  );

  it.each([
    ["no URL", "hc-ping.com/s3cret", "starts with https://"],
    ["another protocol", "ftp://hc-ping.com/s3cret", "starts with https://"],
    ["a password", "https://me:s3cret@hc-ping.com/", "without a user name"],
    ["a blank", "https://hc-ping.com/s3cret x", "without blanks"],
    ["a line end", "https://hc-ping.com/s3cret\nx", "without blanks"],
    ["NUL", "https://hc-ping.com/s3cret\0", "without blanks"],
    ["a lone surrogate", "https://hc-ping.com/s3cret\ud83d", "without blanks"],
    ["an emoji", "https://hc-ping.com/s3cret😀", "without blanks"],
    ["too much", `https://hc-ping.com/s3cret${"x".repeat(500)}`, "at most 500 characters"],
  ])("is refused with the reason, and not shown: %s", (_what, url, reason) => {
    const read = () => parsePingUrl(url, "X_PING_URL");
    expect(read).toThrow(InvalidSchedule);
    expect(read).toThrow(reason);
    expect(read).not.toThrow("s3cret");
  });

  it("is shown by its origin alone", () => {
    expect(toPingOrigin("https://hc-ping.com:8443/s3cret?x=1")).toBe("https://hc-ping.com:8443");
    expect(toPingOrigin("s3cret")).toBe("[secret]");
  });
});
