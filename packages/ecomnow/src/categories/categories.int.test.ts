import { testDatabase, type TestDatabase, untilTrue } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { lockCategoryVendor, swapTree } from "./category.sql.ts";
import { rebuildCategoriesIfNeeded } from "./rebuild-categories-if-needed.ts";
import { type EcomnowRunOptions, NOON, startEcomnowRun } from "../../test/ecomnow-run.ts";
import { type LocalServer, startLocalServer } from "../../test/local-server.ts";

let store: TestDatabase;
let server: LocalServer;
let data: unknown;

beforeAll(async () => {
  [store, server] = await Promise.all([testDatabase(), startLocalServer()]);
  server.respond = (_request, response) => void response.end(typeof data === "string" ? data : JSON.stringify(data));
});
afterAll(async () => {
  await Promise.all([store.close(), server.close()]);
});
beforeEach(async () => {
  await store.db.ecomnowProduct.deleteMany();
  await store.db.ecomnowVendor.deleteMany();
});

async function run(options: EcomnowRunOptions = {}) {
  const started = startEcomnowRun(store.db, { settings: { ecomnowPrivateHosts: [server.host] }, ...options });
  return { ...started, result: await rebuildCategoriesIfNeeded(started.context) };
}

const isSomebodyWaiting = async (): Promise<boolean> => {
  const [row] = await store.db.$queryRaw<[{ waiting: number }]>`
    SELECT count(*)::int AS waiting FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  return row.waiting > 0;
};

/** The tree as a reader finds it. */
const tree = async () =>
  (
    await store.db.$queryRaw<{ path: string }[]>`
    SELECT category.path FROM ecomnow_vendor vendor JOIN ecomnow_category category ON category.build_id = vendor.category_build_id
    ORDER BY category.position`
  ).map(({ path }) => path);

const addVendor = (code: string, more = {}) => store.db.ecomnowVendor.create({ data: { code, name: code, ...more } });

describe("a vendor's categories", () => {
  it("are compared with the tree that was swapped while their turn was awaited", async () => {
    const { id } = await addVendor("acme");
    const begun = await store.db.$transaction(async (tx) => {
      await lockCategoryVendor(tx, id);
      await swapTree(tx, id, { dataHash: "first", categories: [], problems: [], problemCount: 0 }, NOON);
      const next = store.db.$transaction((other) => lockCategoryVendor(other, id));
      await untilTrue(isSomebodyWaiting, { what: "the next waits for the vendor" });
      return { next };
    });
    expect(await begun.next).toMatchObject({ dataHash: "first", categories: 0 });
  });

  it("follow its list, and only when that changed", async () => {
    await addVendor("acme", { categoryUrl: `${server.url}/categories` });
    data = [
      { code: "1", name: "Home" },
      { code: "2", parent: "1", name: "Kitchen" },
      { code: "3", parent: "9", name: "Lost" },
    ];
    const first = await run();
    expect(first.result).toMatchObject({ rebuilt: 1, categories: 3, problems: 1 });
    expect(first.problems).toEqual([
      { recordId: "acme 3", error: "ORPHAN: its parent 9 is not there; it stands at the top" },
    ]);
    expect(await tree()).toEqual(["home", "home/kitchen", "lost"]);

    data = (data as object[]).toReversed();
    expect((await run()).result).toMatchObject({ rebuilt: 0, unchanged: 1 });
    data = [...(data as object[]), { code: "4", parent: "2", name: "Pots" }];
    expect((await run({ dryRun: true })).result).toMatchObject({
      wouldRebuild: 1,
      wouldDo: [{ vendor: "acme", categories: 4 }],
    });
    expect(await tree()).toHaveLength(3);
    await run();
    expect(await tree()).toEqual(["home", "home/kitchen", "home/kitchen/pots", "lost"]);
    expect(await store.db.ecomnowCategoryBuild.count()).toBe(2);
  });

  it("come from its products' paths where it has no list", async () => {
    const { id } = await addVendor("paths");
    const product = {
      vendorId: id,
      quantity: 1,
      rowHash: "00000000-0000-0000-0000-000000000000",
      createdAt: NOON,
      updatedAt: NOON,
    };
    await store.db.ecomnowProduct.createMany({
      data: [
        { ...product, sku: "a", category: "Home > Kitchen" },
        { ...product, sku: "b", category: "Home>Garden" },
        { ...product, sku: "c", category: "Gone", isActive: false, inactiveSince: NOON },
      ],
    });
    await run();
    expect(await tree()).toEqual(["home", "home/garden", "home/kitchen"]);
  });

  it.each([
    ["not JSON", "<html>"],
    ["no list", { categories: [] }],
    ["a bad record", [{ code: "1" }]],
    ["NUL", [{ code: "1", name: "a\0b" }]],
    ["nothing at all", []],
    ["a fraction of it", [{ code: "1", name: "Home" }]],
  ])("stay as they are when the list is %s", async (_what, bad) => {
    await addVendor("acme", { categoryUrl: `${server.url}/categories` });
    await addVendor("other");
    data = ["1", "2", "3", "4", "5"].map((code) => ({ code, name: `Category ${code}` }));
    await run();
    const before = await tree();
    data = bad;
    const { result, problems } = await run();
    expect(result).toMatchObject({ failed: 1, unchanged: 1 });
    expect(problems).toEqual([{ recordId: "acme", error: expect.stringMatching(/./) }]);
    expect(await tree()).toEqual(before);
  });

  it("are never seen half by a reader", async () => {
    await addVendor("acme", { categoryUrl: `${server.url}/categories`, maxShrinkPercent: 100 });
    const edition = (size: number) =>
      Array.from({ length: size }, (_, index) => ({ code: `${size}-${index}`, name: `n${index}` }));
    data = edition(300);
    await run();
    const sizes = new Set<number>();
    let isDone = false;
    const reading = (async () => {
      while (!isDone) sizes.add((await tree()).length);
    })();
    for (const size of [700, 300, 700]) {
      data = edition(size);
      await run();
    }
    isDone = true;
    await reading;
    expect([...sizes].filter((size) => size !== 300 && size !== 700)).toEqual([]);
  });
});

describe("a vendor's bad category", () => {
  const good = ["1", "2", "3", "4", "5"].map((code) => ({ code, name: `n${code}` }));
  const listOf = (...records: readonly string[]) =>
    `[${[...good.map((record) => JSON.stringify(record)), ...records].join()}]`;

  it.each<[string, string, RegExp]>([
    ["with a NUL", '{"code":"6","name":"a\\u0000"}', /name: holds a NUL/],
    ["with half an emoji", '{"code":"6","name":"\\ud83d"}', /surrogate/],
    ["that is too deep", `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`, /levels deep/],
    ["that is too long", `{"code":"6","name":"${"x".repeat(20_000)}"}`, /larger than 16384 bytes/],
    ["with an inexact position", '{"code":"6","name":"n","position":9007199254740993}', /position/],
    ["that is no object", "7", /record: /],
  ])("%s is reported, and the others become the tree", async (_what, bad, problem) => {
    await addVendor("acme", { categoryUrl: `${server.url}/categories` });
    data = listOf(bad);
    const { result, problems } = await run();
    expect(result).toMatchObject({ rebuilt: 1, failed: 0, categories: 5, problems: 1 });
    expect(problems).toEqual([{ recordId: "acme record 6", error: expect.stringMatching(problem) }]);
    expect(await tree()).toEqual(["n1", "n2", "n3", "n4", "n5"]);
    // As long as it lasts.
    expect((await run()).problems).toHaveLength(1);
  });

  it("is none where it leaves null what may be left out, or has a number for a code", async () => {
    await addVendor("acme", { categoryUrl: `${server.url}/categories` });
    data = listOf(
      '{"code":820982911946154508,"name":"big","parent":null,"slug":null,"position":null}',
      '{"code":820982911946154509,"name":"child","parent":820982911946154508}',
    );
    expect((await run()).problems).toEqual([]);
    expect(await tree()).toEqual(expect.arrayContaining(["big", "big/child"]));
  });

  it("among too many of its kind holds the list", async () => {
    await addVendor("acme", { categoryUrl: `${server.url}/categories` });
    data = listOf("1", "2", "3", "4");
    const { result, problems } = await run();
    expect(result).toMatchObject({ rebuilt: 0, failed: 1 });
    expect(problems[0]!.error).toMatch(/4 of 9 records cannot be used/);
  });

  it("list without an end, or in a charset that nobody knows, fails its vendor alone", async () => {
    await addVendor("acme", { categoryUrl: `${server.url}/categories` });
    await addVendor("cut", { categoryUrl: `${server.url}/cut` });
    await addVendor("latin", { categoryUrl: `${server.url}/latin` });
    await addVendor("klingon", { categoryUrl: `${server.url}/klingon` });
    data = good;
    const { respond } = server;
    server.respond = (request, response, body) => {
      if (request.url === "/cut") response.end(JSON.stringify(good).slice(0, -3));
      else if (request.url === "/latin") {
        response.setHeader("content-type", "application/json; charset=iso-8859-1");
        response.end(Buffer.from('[{"code":"1","name":"K\u00fcche"}]', "latin1"));
      } else if (request.url === "/klingon") {
        response.setHeader("content-type", "application/json; charset=klingon");
        response.end("[]");
      } else return respond(request, response, body);
    };
    try {
      const { result, problems } = await run();
      expect(result).toMatchObject({ rebuilt: 2, failed: 2 });
      expect(problems.map(({ recordId }) => recordId)).toEqual(["cut", "klingon"]);
      expect(await tree()).toContain("kuche");
    } finally {
      server.respond = respond;
    }
  });

  it("list of 60,000, flat, is built and held against the next one", async () => {
    await addVendor("acme", { categoryUrl: `${server.url}/categories` });
    data = Array.from({ length: 60_000 }, (_, n) => ({ code: `c${n}`, name: "same" }));
    expect((await run()).result).toMatchObject({ rebuilt: 1, categories: 60_000, problems: 59_999 });
    expect(new Set(await tree()).size).toBe(60_000);
    expect((await run()).result).toMatchObject({ unchanged: 1 });
  });

  it("list that comes a byte now and then is given up after the patience that a feed has", async () => {
    await addVendor("acme", { categoryUrl: `${server.url}/categories` });
    const respond = server.respond;
    server.respond = (_request, response) => {
      const drip = setInterval(() => response.write(" "), 20);
      response.once("close", () => clearInterval(drip));
    };
    const { result, problems } = await run({
      settings: { ecomnowPrivateHosts: [server.host], ecomnowFeedTimeoutSeconds: 0.2 },
    });
    server.respond = respond;
    expect(result).toMatchObject({ failed: 1, rebuilt: 0 });
    expect(problems).toEqual([{ recordId: "acme", error: expect.stringMatching(/sent \d+ bytes in \d+ ms/) }]);
  });
});
