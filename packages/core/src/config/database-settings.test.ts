import { describe, expect, it } from "@jest/globals";

import { collectSettings, databaseSettings } from "./index.ts";

const problemOf = (env: Record<string, string>) => collectSettings(databaseSettings, env).problems;

describe("the URL of a database", () => {
  it.each([
    ["DATABASE_URL", "postgresql://u:p%zzTAIL@h/db"],
    ["DATABASE_URL", "postgresql://u:a/TAIL@h/db"],
    ["DATABASE_URL", "postgresql://u:a#TAIL@h/db"],
    ["DATABASE_URL", "postgresql://u:a?TAIL@h/db"],
    ["REDIS_URL", "redis://:p%zzTAIL@127.0.0.1:6473"],
    ["REDIS_URL", "redis://:a/TAIL@127.0.0.1:6473"],
    ["REDIS_URL", "redis://:100%@127.0.0.1:6473"],
  ])(
    "that a driver would trip over is a problem with its cure, and shows no piece of the password: %s=%s",
    (key, url) => {
      const problems = problemOf({ [key]: url });
      expect(problems).toEqual([
        expect.objectContaining({
          key,
          value: "[secret]",
          problem: expect.stringMatching(/percent-encoded.*%25 for %/),
        }),
      ]);
      expect(JSON.stringify(problems)).not.toContain("TAIL");
    },
  );

  it.each([["p@ss w/ö#?:%&="], ["100%"], ["[]{}|\\^`<>\"'"]])(
    "may have a password of any character, percent-encoded: %s",
    (password) => {
      const login = `u:${encodeURIComponent(password)}@h`;
      const { values, problems } = collectSettings(databaseSettings, {
        DATABASE_URL: `postgresql://${login}/db`,
        REDIS_URL: `redis://${login}`,
      });
      expect(problems).toEqual([]);
      for (const url of [values.databaseUrl!, values.redisUrl!])
        expect(decodeURIComponent(new URL(url).password)).toBe(password);
    },
  );

  it("keeps a space of the password beside codes, which the driver's own reading would spoil", () => {
    const { values } = collectSettings(databaseSettings, { DATABASE_URL: "postgresql://u:a b%2Fc@h/db" });
    expect(values.databaseUrl).toBe("postgresql://u:a%20b%2Fc@h/db");
  });

  it("names the sentinels, or says how", () => {
    expect(problemOf({ REDIS_URL: "redis://:p@mymaster?sentinels=a:26379,b" })).toEqual([]);
    expect(problemOf({ REDIS_URL: "redis://:p@mymaster:6379?sentinels=a" })).toEqual([
      expect.objectContaining({ problem: expect.stringContaining("expected the sentinels as host:port") }),
    ]);
  });

  it("names no schema", () => {
    const [problem] = problemOf({ DATABASE_URL: "postgresql://u@h/t?schema=ops" });
    expect(problem).toMatchObject({ key: "DATABASE_URL", problem: expect.stringContaining("expected no ?schema=") });
  });
});
