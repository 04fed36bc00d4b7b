import { describe, expect, it } from "@jest/globals";

import { findPlainText } from "./plain-text.ts";

describe("findPlainText", () => {
  it.each([
    ["postgresql://u:p@db.example.com/d", null, ["PostgreSQL at db.example.com"]],
    [
      "postgresql://u:p@10.0.0.5:5433/d?sslmode=disable",
      "redis://:p@cache.example.com",
      ["PostgreSQL at 10.0.0.5:5433", "Redis at cache.example.com"],
    ],
    ["postgresql://u:p@[2001:db8::1]/d", null, ["PostgreSQL at [2001:db8::1]"]],
    ["postgresql://u:p@db.example.com/d?sslmode=verify-full", "rediss://:p@cache.example.com", []],
    ["postgresql://u:p@localhost/d", "redis://127.0.0.1", []],
    ["postgresql://u:p@postgres/d", "redis://:p@redis:6379", []],
    ["postgresql:///d?host=/var/run/postgresql", "redis://:p@mymaster?sentinels=10.0.0.1:26379", []],
  ])("of %s and %s", (databaseUrl, redisUrl, found) => {
    const warnings = findPlainText({ databaseUrl, redisUrl });
    expect(warnings.map((warning) => warning.split(" is spoken")[0])).toEqual(found);
    expect(warnings.join(" ")).not.toContain(":p@");
  });
});
