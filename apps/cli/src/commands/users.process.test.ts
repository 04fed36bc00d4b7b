import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { hashSecret } from "@drumline/engine";
import { testDatabase } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

const BIN = resolve("apps/cli/bin/drumline.js");

describe("drumline users", () => {
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

  const drumline = (args: string[], input = "") =>
    spawnSync(process.execPath, ["--", BIN, "users", ...args], {
      cwd: folder,
      encoding: "utf8",
      input,
      env: { PATH: process.env["PATH"], HOME: folder, DATABASE_URL: database.url, API_PORT: "4321" },
    });

  it("makes a user and prints a link, which is kept as a hash", async () => {
    const created = drumline(["create", "ada", "--role", "admin", "--by", "the test"]);
    expect([created.status, created.stdout]).toEqual([
      0,
      expect.stringMatching(/^http:\/\/127\.0\.0\.1:4321\/sign-in#link=[\w-]{43}\n$/),
    ]);
    const [link] = await database.db.signInLink.findMany();
    expect(link).toMatchObject({ hash: hashSecret(created.stdout.trim().split("=")[1]!), createdBy: "the test" });
    const again = drumline(["link", "Ada", "--url", "https://ops.example.com/drumline/"]);
    expect(again.stdout).toMatch(/^https:\/\/ops\.example\.com\/drumline\/sign-in#link=/);
    expect(await database.db.signInLink.count()).toBe(1);
  });

  it("takes a password from standard input alone, and tells nobody", async () => {
    const password = "seven gulls over the quay";
    const created = drumline(["create", "otto", "--password-stdin", "--email", "otto@example.com"], `${password}\n`);
    expect([created.status, created.stdout]).toEqual([0, ""]);
    expect(created.stderr).not.toContain(password);
    const listed = JSON.parse(drumline(["list", "--json"]).stdout);
    expect(listed).toMatchObject([
      { name: "ada", hasPassword: false },
      { name: "otto", hasPassword: true, role: "viewer", email: "otto@example.com" },
    ]);
    expect(JSON.stringify(listed)).not.toContain("argon2");
  });

  it("changes a role, disables and enables, and notes who did it", async () => {
    expect(drumline(["role", "otto", "operator"]).stdout).toBe("otto has the role operator\n");
    expect(drumline(["disable", "otto"]).stdout).toBe("otto is disabled\n");
    const refused = drumline(["link", "otto"]);
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining("enable it first")]);
    expect(drumline(["enable", "otto"]).stdout).toBe("otto may sign in again\n");
    const events = await database.db.securityEvent.findMany({ where: { subject: "otto" }, orderBy: { id: "asc" } });
    expect(events.map(({ kind, actor }) => [kind, actor!.startsWith("cli: ")])).toEqual([
      ["USER_CREATED", true],
      ["USER_CHANGED", true],
      ["USER_CHANGED", true],
      ["USER_CHANGED", true],
    ]);
  });

  it.each([
    [["create", "x", "--role", "root"], 2, "viewer, operator, admin"],
    [["create", "a\nb"], 2, "is no name for a user"],
    [["create", "y", "--password-stdin"], 2, "12 to 200 characters"],
    [["create", "ADA"], 1, "is taken"],
    [["role", "nobody", "admin"], 1, 'there is no user named "nobody"'],
  ])("refuses %j with exit code %i", (args, code, message) => {
    const ran = drumline(args);
    expect([ran.status, ran.stdout, ran.stderr]).toEqual([code, "", expect.stringContaining(message)]);
  });
});
