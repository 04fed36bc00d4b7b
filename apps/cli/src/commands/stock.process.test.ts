import { type CommandLine, openCommandLine } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

const AT = new Date("2026-11-20T12:00:00Z");

describe("drumline stock", () => {
  let cli: CommandLine;
  beforeAll(async () => void (cli = await openCommandLine()));
  afterAll(() => cli.close());
  beforeEach(async () => {
    await cli.db.$executeRaw`TRUNCATE shop_product, shop_movement RESTART IDENTITY CASCADE`;
    await cli.db.shopProduct.create({
      data: { sku: "A😀", title: "A thing", onHand: 2n ** 53n + 1n, reserved: 1n, createdAt: AT, updatedAt: AT },
    });
  });

  const drumline = (...args: string[]) => cli.run("stock", ...args);

  it("records a count and a movement with who told it and why, each once under its reference", async () => {
    const at = ["--at", "2026-11-20T13:00:00+01:00"];
    const counted = await drumline("count", "A😀", "7", ...at, "--by", "Olga", "--reference", "week 47", "--json");
    expect(counted).toMatchObject({ code: 0, errors: "" });
    expect(JSON.parse(counted.output)).toMatchObject({ kind: "COUNTED", pieces: "7", isNew: true, isKnownSku: true });
    const moved = await drumline("move", "A😀", "lost", "2", "--reason", "not found");
    expect(moved).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^recorded as cli [0-9a-f-]{36}; the next run/),
    });
    expect(await drumline("count", "A😀", "9", "--reference", "week 47")).toMatchObject({
      code: 1,
      errors: expect.stringContaining("week 47 is on record already"),
    });
    expect(await cli.db.shopMovement.findMany({ orderBy: { id: "asc" } })).toMatchObject([
      { sku: "A😀", kind: "COUNTED", counted: 7n, actor: "Olga", source: "cli", sourceRef: "week 47", occurredAt: AT },
      { kind: "LOST", quantity: 2n, actor: expect.stringMatching(/^cli: ./), reason: "not found", appliedAt: null },
    ]);
  });

  it("shows products, and one with what happened to it, exactly", async () => {
    await drumline("move", "A😀", "FOUND", "9007199254740993", "--reference", "r1");
    const [all, one, json] = await Promise.all([
      drumline("show"),
      drumline("show", "A😀"),
      drumline("show", "A😀", "--json"),
    ]);
    expect(all.output).toMatch(/A😀 +9007199254740993 +1 +0 +9007199254740992 +no +- +A thing/);
    expect(one.output).toMatch(/FOUND +9007199254740993 +waits +- +cli: .* +cli r1/);
    expect(JSON.parse(json.output)).toMatchObject({
      product: { sku: "A😀", onHand: "9007199254740993" },
      movements: [{ kind: "FOUND", quantity: "9007199254740993", appliedAt: null }],
    });
  });

  it("keeps what is told of a sku that no product has, and says so", async () => {
    const told = await drumline("move", "new", "RECEIVED", "3");
    expect(told).toMatchObject({ code: 0, errors: expect.stringContaining("no product has the sku new") });
    expect((await drumline("show", "new")).output).toMatch(/RECEIVED +3 +waits/);
  });

  it.each([
    ["a kind that is none", ["move", "A", "EATEN", "1"], 2, "expected one of RECEIVED"],
    ["a count told as a movement", ["move", "A", "COUNTED", "1"], 2, "expected one of RECEIVED"],
    ["pieces that are none", ["count", "A", "a few"], 2, "<pieces>: expected whole pieces"],
    ["pieces below zero", ["count", "A", "--", "-1"], 2, "<pieces>: expected whole pieces"],
    ["an instant without a zone", ["count", "A", "1", "--at", "2026-11-20"], 2, "--at: expected an instant"],
    ["an instant of the future", ["count", "A", "1", "--at", "2126-11-20T00:00:00Z"], 2, "--at: lies in the future"],
    ["an empty reference", ["count", "A", "1", "--reference", ""], 2, "--reference: is empty"],
    ["a sku nobody knows", ["show", "none"], 1, "there is no product none"],
    ["a limit that is no number", ["show", "--limit", "all"], 2, "--limit all"],
  ])("exits for %s, and says what is wrong", async (_what, args, code, said) => {
    expect(await drumline(...args)).toMatchObject({ code, errors: expect.stringContaining(said) });
    expect(await cli.db.shopMovement.count()).toBe(0);
  });
});
