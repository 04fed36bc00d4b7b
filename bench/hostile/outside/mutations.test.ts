import { describe, expect, it } from "@jest/globals";

import { createDice } from "../../dice.ts";
import type { Answer } from "./mutation.ts";
import { mutations } from "./mutations.ts";

const json = (value: unknown): Answer => ({
  status: 200,
  headers: { "content-type": "application/json" },
  body: Buffer.from(JSON.stringify(value)),
});
const page = () => json({ results: [{ pk: 7, number: "R7", date_placed: "2026-01-01T00:00:00Z" }], has_more: false });
const spoil = (name: string, seed = 1) => mutations.get(name)!.spoil(page(), createDice(seed))!;

describe("hostile answers", () => {
  it("are the same for the same seed", () => {
    for (const [name, mutation] of mutations) {
      const [one, other] = [mutation.spoil(page(), createDice(3)), mutation.spoil(page(), createDice(3))];
      expect([name, one?.body.equals(other!.body), one?.status]).toEqual([name, one && true, other?.status]);
    }
  });

  it("are other answers than the one they were made of", () => {
    const { status, headers, body } = page();
    const same = [...mutations].filter(([, mutation]) => {
      const spoiled = mutation.spoil(page(), createDice(5));
      return (
        spoiled?.status === status &&
        spoiled.ending === "end" &&
        spoiled.body.equals(body) &&
        JSON.stringify(spoiled.headers) === JSON.stringify(headers)
      );
    });
    expect(same.map(([name]) => name)).toEqual([]);
  });

  it("hold what their names say", () => {
    expect(spoil("2^53+1").body.toString()).toContain("9007199254740993");
    expect(spoil("the year 10000 by its offset").body.toString()).toContain('"9999-12-31T23:59:59-23:59"');
    expect(spoil("half of a surrogate pair in a text").body.toString()).toContain("\\ud83d");
    expect(spoil("502 with an emoji at the cut").body.toString().slice(199, 201)).toBe("😀");
    expect(spoil("15 MB of records").body.length).toBeGreaterThan(14 * 2 ** 20);
    const { results } = JSON.parse(spoil("2 MB of records").body.toString()) as { results: { pk: number }[] };
    expect(new Set(results.map(({ pk }) => pk)).size).toBe(results.length);
  });

  it("leave alone what they cannot spoil", () => {
    const csv = { status: 200, headers: { "content-type": "text/csv" }, body: Buffer.from("sku,quantity\na,1\nb,2\n") };
    expect(mutations.get("2^53+1")!.spoil(csv, createDice(1))).toBeNull();
  });
});
