import { randomBytes } from "node:crypto";

import { describe, expect, it } from "@jest/globals";

import { collectSettings, hardToGuess, isGuessable, notTheSandbox, optionalText, url } from "./index.ts";

describe("isGuessable", () => {
  it.each([
    ["a".repeat(24)],
    ["abcdefghijklmnopqrstuvwxyz"],
    ["0123456789".repeat(4)],
    ["abc123".repeat(8)],
    ["changeme-changeme-changeme"],
    ["my-super-secret-admin-token"],
    ["drumline-production-admin-token-2026"],
    ["please-change-this-token-now"],
    ["deadbeefdeadbeefdeadbeefdeadbeef"],
    ["sandbox-token"],
    ["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="],
    ["qwertyuiopasdfghjklzxcvbnm".slice(0, 12)],
  ])("sees that %s is no secret", (text) => {
    expect(isGuessable(text)).toBe(true);
  });

  it("takes what a random generator makes, in every usual writing", () => {
    for (let made = 0; made < 2_000; made += 1) {
      const bytes = randomBytes(32);
      for (const text of [bytes.toString("hex"), bytes.toString("base64"), `drumline_${bytes.toString("base64url")}`])
        expect([text, isGuessable(text)]).toEqual([text, false]);
    }
  });
});

describe("in production", () => {
  const settings = {
    address: notTheSandbox(url("OUTSIDE_URL", ["http", "https"], { fallback: "http://127.0.0.1:4010", about: "" })),
    token: hardToGuess(optionalText("OWN_TOKEN", { secret: true, about: "" }), "openssl rand -hex 32"),
  };
  const problemsOf = (env: Record<string, string>) => collectSettings(settings, env).problems;

  it.each([[{}], [{ OUTSIDE_URL: "http://localhost:4010/" }], [{ OUTSIDE_URL: "http://127.0.0.1:4010" }]])(
    "the sandbox's address is refused, written down or not: %j",
    (env) => {
      expect(problemsOf(env)).toEqual([]);
      expect(problemsOf({ ...env, NODE_ENV: "production" })).toEqual([
        expect.objectContaining({
          key: "OUTSIDE_URL",
          problem: expect.stringContaining("in production set the real one"),
        }),
      ]);
    },
  );

  it("a token that can be guessed is refused and not shown", () => {
    const env = { OUTSIDE_URL: "https://outside.example", OWN_TOKEN: "a".repeat(24) };
    expect(problemsOf(env)).toEqual([]);
    expect(problemsOf({ ...env, NODE_ENV: "Production" })).toEqual([
      expect.objectContaining({
        key: "OWN_TOKEN",
        value: "[secret]",
        problem: expect.stringContaining("openssl rand"),
      }),
    ]);
    expect(problemsOf({ OUTSIDE_URL: "https://outside.example", NODE_ENV: "production" })).toEqual([]);
  });
});
