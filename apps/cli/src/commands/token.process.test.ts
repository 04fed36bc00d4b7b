import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { hashSecret } from "@drumline/engine";
import { testDatabase } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

const BIN = resolve("apps/cli/bin/drumline.js");

describe("drumline token", () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "drumline-cli-"));
    database = await testDatabase();
  });
  afterAll(async () => {
    await database.close();
    rmSync(folder, { recursive: true });
  });

  const drumline = (...args: string[]) =>
    spawnSync(process.execPath, ["--", BIN, "token", ...args], {
      cwd: folder,
      encoding: "utf8",
      env: { PATH: process.env["PATH"], HOME: folder, DATABASE_URL: database.url },
    });

  it("prints a new token once, lists it without its secret, and revokes it by name", async () => {
    const created = drumline("create", "ci", "--role", "operator");
    expect([created.status, created.stdout]).toEqual([0, expect.stringMatching(/^drumline_[\w-]{43}\n$/)]);
    expect(created.stderr).toContain("role operator; it is kept as a hash only");

    const listed = drumline("list", "--json");
    expect(JSON.parse(listed.stdout)).toMatchObject([{ name: "ci", role: "operator", revokedAt: null }]);
    expect(listed.stdout).not.toContain(created.stdout.trim());

    expect(drumline("revoke", "ci").stdout).toContain("the token of ci is revoked");
    expect(await database.db.apiToken.findFirst()).toMatchObject({ revokedAt: expect.any(Date) });
    expect(drumline("revoke", "ci")).toMatchObject({ status: 1, stdout: "" });
  });

  it("holds a token to scopes and to an end, and gives it another secret beside the one it had", async () => {
    const created = drumline("create", "prometheus", "--scope", "metrics", "runs", "--expires-in", "30");
    expect(created.stderr).toMatch(/held to metrics, runs, until \d\d \w{3} \d\d:\d\d/);
    const rotated = drumline("rotate", "prometheus", "--old-for", "2", "--by", "the test");
    expect(rotated.stdout).toMatch(/^drumline_[\w-]{43}\n$/);
    expect(rotated.stdout).not.toBe(created.stdout);
    const row = await database.db.apiToken.findFirstOrThrow({ where: { name: "prometheus" } });
    expect(row).toMatchObject({
      scopes: ["metrics", "runs"],
      hash: hashSecret(rotated.stdout.trim()),
      oldHash: hashSecret(created.stdout.trim()),
    });
    expect(row.oldUntil!.getTime() - row.rotatedAt!.getTime()).toBe(2 * 3_600_000);
    const events = await database.db.securityEvent.findMany({
      where: { subject: "prometheus" },
      orderBy: { id: "asc" },
    });
    expect(events.map(({ kind }) => kind)).toEqual(["TOKEN_CREATED", "TOKEN_ROTATED"]);
    expect(events[1]).toMatchObject({ actor: "the test" });
    expect(drumline("rotate", "nobody")).toMatchObject({ status: 1, stdout: "" });
  });

  it.each([
    [["create", "x", "--scope", "everything"], "metrics"],
    [["create", "x", "--expires-in", "0"], "a whole number from 1 to 3650"],
    [["create", "x", "--role", "root"], "viewer, operator, admin"],
    [["create", "a\nb"], "is no name for a token"],
    [["make", "x"], "unknown command"],
  ])("refuses %j with exit code 2", (args, message) => {
    const ran = drumline(...args);
    expect([ran.status, ran.stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
