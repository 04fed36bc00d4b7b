import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { resolve } from "node:path";

import { describe, expect, it } from "@jest/globals";

const BIN = resolve("apps/cli/bin/drumline.js");
const KEY = Buffer.alloc(32, 7).toString("base64");

const seal = (input: string, env: Record<string, string>, owner = "client") =>
  spawnSync(process.execPath, ["--", BIN, "secret", "seal", owner, "acme"], {
    cwd: tmpdir(),
    encoding: "utf8",
    input,
    env: { PATH: process.env["PATH"], ...env },
  });

describe("drumline secret seal", () => {
  it("prints the secret sealed, another text each time", () => {
    const [one, other] = [seal("s3cret\n", { ECOMNOW_SECRET_KEY: KEY }), seal("s3cret", { ECOMNOW_SECRET_KEY: KEY })];
    expect([one.status, one.stdout]).toEqual([0, expect.stringMatching(/^sealed:v1:[\w+/]+=*\n$/)]);
    expect(one.stdout).not.toBe(other.stdout);
    expect(one.stdout).not.toContain("s3cret");
  });

  it.each([
    ["no key", seal("s3cret", {}), "ECOMNOW_SECRET_KEY is not set"],
    ["half a key", seal("s3cret", { ECOMNOW_SECRET_KEY: "abcd" }), "32 bytes in base64"],
    ["no secret", seal("\n", { ECOMNOW_SECRET_KEY: KEY }), "nothing came on standard input"],
    ["an unknown owner", seal("s3cret", { ECOMNOW_SECRET_KEY: KEY }, "cat"), "Allowed choices are client, vendor, api"],
  ])("refuses %s, and repeats nothing secret", (_what, { status, stdout, stderr }, message) => {
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("s3cret");
  });
});
