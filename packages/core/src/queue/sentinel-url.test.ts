import { describe, expect, it } from "@jest/globals";

import { toSentinelOptions } from "./sentinel-url.ts";

describe("toSentinelOptions", () => {
  it("is null for the URL of a server", () => {
    expect(toSentinelOptions("redis://:p@h:6379/1")).toBeNull();
  });

  it("reads sentinels, the master's name and both logins", () => {
    const url = "redis://u:p%40ss@mymaster/2?sentinels=10.0.0.1:26380,sentinel.b,[::1]:1&sentinelPassword=s%26t";
    expect(toSentinelOptions(url)).toMatchObject({
      sentinels: [
        { host: "10.0.0.1", port: 26_380 },
        { host: "sentinel.b", port: 26_379 },
        { host: "::1", port: 1 },
      ],
      name: "mymaster",
      username: "u",
      password: "p@ss",
      sentinelPassword: "s&t",
      db: 2,
    });
    expect(toSentinelOptions(url)).not.toHaveProperty("tls");
  });

  it("speaks TLS to servers and sentinels where the URL is rediss", () => {
    expect(toSentinelOptions("rediss://m?sentinels=a:1")).toMatchObject({
      tls: {},
      sentinelTLS: {},
      enableTLSForSentinelMode: true,
    });
  });

  it.each([
    "redis://m?sentinels=",
    "redis://m:6379?sentinels=a:1",
    "redis://m?sentinels=a:1,b c",
    "redis://?sentinels=a",
  ])("refuses %s", (url) => {
    expect(() => toSentinelOptions(url)).toThrow(/expected the sentinels as host:port/);
  });
});
