import { describe, expect, it } from "@jest/globals";

import { DrumlineError } from "./drumline-error.ts";
import { messageOf } from "./message-of.ts";

describe("messageOf", () => {
  it("tells the chain of causes on one line", () => {
    const error = new Error("page not read\n\n  at all", { cause: new TypeError("", { cause: "gone" }) });
    expect(messageOf(error)).toBe("page not read at all (because: TypeError (because: gone))");
  });

  it("ends where a cause is its own cause", () => {
    const error = new Error("round");
    error.cause = error;
    expect(messageOf(error).length).toBeLessThan(500);
  });

  it.each([
    [
      {
        toString() {
          throw new Error("no");
        },
      },
    ],
    [Object.create(null)],
  ])("has a word for what has no text", (thrown) => {
    expect(messageOf(thrown)).toBe("something was thrown that has no text");
  });

  it("says the beginning of a message of 30 MB", () => {
    expect(messageOf(new Error("\n".repeat(30_000_000) + "x")).length).toBeLessThan(50_000);
    expect(messageOf(new Error("😀".repeat(15_000_000))).isWellFormed()).toBe(true);
  });

  it.each([
    ["cannot open postgresql://u:p@ss@h/db now", "cannot open postgresql://***@h/db now"],
    ["at 'redis://:p/a#s?s@h:6379/0'", "at 'redis://***@h:6379/0'"],
    [
      "postgresql://h:1/db?user=u&password=top&sslmode=require",
      "postgresql://h:1/db?user=u&password=***&sslmode=require",
    ],
    ["GET https://h.example/users/a@b.example failed", "GET https://h.example/users/a@b.example failed"],
    ["GET https://h.example/p?api_key=k1&access_token=t2", "GET https://h.example/p?api_key=***&access_token=***"],
  ])("shows no piece of a password: %s", (message, shown) => {
    for (const thrown of [message, new Error(message), new DrumlineError(message, { code: "X" })])
      expect(messageOf(thrown)).toBe(shown);
  });

  it("shows neither the folders of the machine nor what Prisma quotes of the source and of values", () => {
    const root = new URL("../../../../", import.meta.url).pathname;
    expect(messageOf(new Error(`ENOENT: no such file, open '${root}packages/a/b.json'`))).toBe(
      "ENOENT: no such file, open 'packages/a/b.json'",
    );
    expect(messageOf(new Error("spawn /usr/lib/postgresql/15/bin/initdb ENOENT"))).toBe("spawn …/initdb ENOENT");
    const quoted =
      `\nInvalid \`db.syncCursor.upsert()\` invocation in\n${root}packages/oms/src/orders/sync-cursor.sql.ts:35:23\n\n` +
      "  32 \n  33 /** For operators. */\n→ 35   await db.syncCursor.upsert(\nThe table `public.sync_cursor` does not exist.";
    expect(messageOf(new Error(quoted))).toBe("The table `public.sync_cursor` does not exist.");
    const values =
      '\nInvalid `db.mail.create()` invocation:\n\n{\n  data: {\n    to: "ann@example.com",\n+   id: String\n  }\n}\n\nArgument `id` is missing.';
    expect(messageOf(new Error(values))).toBe("Argument `id` is missing.");
    const raw =
      '\nInvalid `prisma.$executeRaw()` invocation:\n\n\nRaw query failed. Code: `42P01`. Message: `relation "x" does not exist`';
    expect(messageOf(new Error(raw))).toBe('relation "x" does not exist (SQLSTATE 42P01)');
  });
});
