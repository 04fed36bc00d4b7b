import { readSettings } from "@drumline/core/config";
import { describe, expect, it } from "@jest/globals";

import { sandboxSettings } from "./config.ts";

describe("the sandbox's settings", () => {
  it("have defaults that need no file and no data", () => {
    expect(readSettings(sandboxSettings, {})).toEqual({
      host: "127.0.0.1",
      port: 4010,
      token: "sandbox-token",
      dataFolder: null,
      orders: 0,
      speed: null,
      seed: 1,
      short: 0,
      stateFile: null,
      users: 240,
      mailsPerSecond: 14,
    });
  });

  it.each(["0.5", "1", "100000"])("take %p virtual days per second", (speed) => {
    expect(readSettings(sandboxSettings, { SANDBOX_SPEED: speed }).speed).toBe(Number(speed));
  });

  it("name every key that is wrong at once", () => {
    const env = { SANDBOX_SPEED: "0", SANDBOX_SHORT: "1.5", SANDBOX_PORT: "http" };
    expect(() => readSettings(sandboxSettings, env)).toThrow(
      /SANDBOX_PORT=http[^]*SANDBOX_SPEED=0\n.*above 0 up to 100000[^]*SANDBOX_SHORT=1\.5\n.*from 0 up to 1/,
    );
  });
});
