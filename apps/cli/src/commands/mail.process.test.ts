import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

const BIN = resolve("apps/cli/bin/drumline.js");

describe("drumline mail preview", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "drumline-cli-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const preview = (args: string[], env: Record<string, string> = {}) =>
    spawnSync(process.execPath, ["--", BIN, "mail", "preview", ...args], {
      cwd: folder,
      encoding: "utf8",
      env: { PATH: process.env["PATH"], HOME: folder, ...env },
    });

  it("prints subject and text in the language asked for, without a database", () => {
    const { status, stdout } = preview(["shipped", "--locale", "nl"], { SHOP_NAME: "Trommelwerk" });
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(/^Subject: Je bestelling W-10042 is onderweg\n\nHallo Ada Yılmaz,\n[^]*\nTrommelwerk\n$/),
    ]);
  });

  it("prints the HTML, and says where English stands in for another language", () => {
    const { status, stdout, stderr } = preview(["refunded", "--locale", "de", "--html"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(stderr).toContain("No template is in the language of de");
  });

  it("takes the templates of a folder, and says where one is wrong", () => {
    mkdirSync(join(folder, "en"));
    writeFileSync(join(folder, "en/packed.txt"), "Subject: Packed!\n\n{{ order.refrence }}");
    const { status, stderr } = preview(["packed"], { SHOP_TEMPLATES_FOLDER: folder });
    expect([status, stderr]).toEqual([
      1,
      expect.stringContaining("template en/packed: undefined variable: order.refrence, line:3, col:4"),
    ]);
  });

  it("refuses a kind that is none with exit code 2", () => {
    const { status, stderr } = preview(["welcome"]);
    expect([status, stderr]).toEqual([2, expect.stringContaining("Allowed choices are confirmed, packed, shipped")]);
  });
});
