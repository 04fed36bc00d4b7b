import { describe, expect, it } from "@jest/globals";

import { toNotableLine } from "./notable-line.ts";

describe("toNotableLine", () => {
  it("shows message and cause of a warning", () => {
    const line = JSON.stringify({ level: "warn", msg: "order refused", error: 'amount "abc"\nis no amount' });
    expect(toNotableLine("stdout", line)).toBe('order refused: amount "abc" is no amount');
  });

  it("keeps quiet events off the screen", () => {
    expect(toNotableLine("stdout", JSON.stringify({ level: "info", msg: "run finished" }))).toBeNull();
    expect(toNotableLine("stdout", "plain words on standard output")).toBeNull();
  });

  it("shows the first line of a crash and not its frames", () => {
    expect(toNotableLine("stderr", "Error: no space left on device")).toBe("Error: no space left on device");
    expect(toNotableLine("stderr", "    at main (file:///srv/main.ts:1:1)")).toBeNull();
    expect(toNotableLine("stderr", "Node.js v20.20.2")).toBeNull();
    expect(toNotableLine("stderr", "")).toBeNull();
  });

  it("shows the database's own words and not Prisma's frame around them", () => {
    const error =
      "Invalid `prisma.$queryRaw()` invocation:\n\nRaw query failed. Code: `57P03`. Message: `it is starting up`";
    expect(toNotableLine("stdout", JSON.stringify({ level: "warn", msg: "not saved", error }))).toBe(
      "not saved: it is starting up",
    );
  });

  it("shows what would steer the terminal by its code", () => {
    const line = JSON.stringify({ level: "warn", msg: "answered 500", error: "\u001b]0;owned\u0007\u001b[2J" });
    expect(toNotableLine("stdout", line)).toBe("answered 500: \\u001b]0;owned\\u0007\\u001b[2J");
    expect(toNotableLine("stderr", "\u001b[2J\u009b2Jgone")).toBe("\\u001b[2J\\u009b2Jgone");
  });

  it("cuts a long line short", () => {
    expect(toNotableLine("stderr", "x".repeat(1_000))).toHaveLength(160);
  });

  it("takes a broken JSON line for words", () => {
    expect(toNotableLine("stderr", '{"level":"error","msg":"cut')).toBe('{"level":"error","msg":"cut');
  });
});
