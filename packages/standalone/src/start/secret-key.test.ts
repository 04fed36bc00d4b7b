import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { loadOrCreateSecretKey, readSecretKey } from "./secret-key.ts";

describe("loadOrCreateSecretKey", () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "drumline-key-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it("is 32 bytes, the same at every start, in a file for the owner only", () => {
    expect(readSecretKey(folder)).toBeNull();
    const first = loadOrCreateSecretKey(folder);
    expect(Buffer.from(first, "base64")).toHaveLength(32);
    expect([loadOrCreateSecretKey(folder), readSecretKey(folder)]).toEqual([first, first]);
    expect(statSync(join(folder, "secret-key")).mode & 0o777).toBe(0o600);
  });
});
