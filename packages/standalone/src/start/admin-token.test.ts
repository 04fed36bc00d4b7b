import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { hasAdminToken, loadOrCreateAdminToken } from "./admin-token.ts";

describe("loadOrCreateAdminToken", () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "drumline-token-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it("is the same at every start, and its file is for the owner only", () => {
    expect(hasAdminToken(folder)).toBe(false);
    const first = loadOrCreateAdminToken(folder);
    expect(hasAdminToken(folder)).toBe(true);
    expect(first).toMatch(/^drumline_[\w-]{43}$/);
    expect(loadOrCreateAdminToken(folder)).toBe(first);
    expect(statSync(join(folder, "admin-token")).mode & 0o777).toBe(0o600);
  });

  it("makes a new one where the file was emptied, which revokes the old one", () => {
    const first = loadOrCreateAdminToken(folder);
    writeFileSync(join(folder, "admin-token"), "\n");
    expect(loadOrCreateAdminToken(folder)).not.toBe(first);
  });
});
