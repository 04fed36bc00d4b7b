import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { BadMigrationName, planStamp, toWords, writeMigration } from "./write-migration.ts";

const NOW = new Date("2026-03-04T05:06:07Z");
const BASE = `datasource db {
  provider = "postgresql"
}`;
const PARCEL = `model Parcel {
  id     BigInt @id
  weight Int    @map("weight_grams")

  @@map("parcel")
}`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "drumline-new-migration-"));
});
afterEach(() => rm(folder, { recursive: true }));

function write(name: string, ...models: string[]): Promise<string | null> {
  const schema = [BASE, ...models].map((content, index) => ({ path: `${index}.prisma`, content }));
  return writeMigration({ name, now: NOW, folder, schema });
}

describe("writeMigration", () => {
  it("writes the whole schema first, and then only what was added", async () => {
    const first = await write("create parcel", PARCEL);
    expect(first).toBe(join(folder, "20260304050607_create_parcel", "migration.sql"));
    expect(await readFile(first!, "utf8")).toContain('CREATE TABLE "parcel"');

    const second = await write("add-note", PARCEL.replace("weight Int", "note String?\nweight Int"));
    expect(await readFile(second!, "utf8")).toMatch(
      /^-- AlterTable\nALTER TABLE "parcel" ADD COLUMN {5}"note" TEXT;\s*$/,
    );
  });

  it("writes nothing when the schema says what the snapshot says, comments and order aside", async () => {
    await write("first", PARCEL);
    expect(await write("second", `/// What is sent.\n${PARCEL}`)).toBeNull();
    expect(await readdir(folder)).toEqual(["20260304050607_first", "schema.snapshot.prisma"]);
  });

  it("shows where the schema is wrong, and writes nothing", async () => {
    await expect(write("first", PARCEL.replace("BigInt", "Biggy"))).rejects.toThrow(/Biggy/);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("a migration's name", () => {
  it.each([
    ["Add Shipments", "add_shipments"],
    ["add-shipments", "add_shipments"],
  ])("makes %s the folder name %s", (name, expected) => expect(toWords(name)).toBe(expected));

  it.each(["", "  ", "../up", "a;b", "é"])("refuses %p", (name) =>
    expect(() => toWords(name)).toThrow(BadMigrationName),
  );

  it("sorts after the last one, whatever the clock says", () => {
    expect(planStamp(NOW, null)).toBe("20260304050607");
    expect(planStamp(NOW, "20260304050606")).toBe("20260304050607");
    expect(planStamp(NOW, "20260304050607")).toBe("20260304050608");
    expect(planStamp(NOW, "20991231235959")).toBe("20991231235960");
  });
});
