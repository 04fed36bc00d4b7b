import { testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { rebuildCategoriesIfNeeded } from "../src/categories/rebuild-categories-if-needed.ts";
import { NOON, startDataRun } from "./data-run.ts";
import { type LocalServer, startLocalServer } from "./local-server.ts";

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

async function run(options: Parameters<typeof startDataRun>[1] = {}) {
  const started = startDataRun<object>(store.db, { privateHosts: [server.host], ...options });
  return { ...started, result: await rebuildCategoriesIfNeeded(started.context) };
}

/** The tree as a reader finds it. */
const tree = async () =>
  (
    await store.db.$queryRaw<{ path: string }[]>`
    SELECT category.path FROM ecomnow_vendor vendor JOIN ecomnow_category category ON category.build_id = vendor.category_build_id
    ORDER BY category.position`
  ).map(({ path }) => path);

const addVendor = (code: string, more = {}) => store.db.ecomnowVendor.create({ data: { code, name: code, ...more } });

describe("a vendor's categories", () => {
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
