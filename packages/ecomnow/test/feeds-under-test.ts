import { testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach } from "@jest/globals";

import { updateProductsInventoryAndCbpVendors } from "../src/products/update-products-inventory-and-cbp-vendors.ts";
import { type EcomnowRunOptions, startEcomnowRun } from "./ecomnow-run.ts";
import { type LocalServer, type Respond, startLocalServer } from "./local-server.ts";

export const HEADER = "sku,quantity,name,price,currency,category\n";
export const row = (sku: string, quantity: number | string = 5, price = "12.50") =>
  `${sku},${quantity},Product ${sku},${price},EUR,Home > Kitchen\n`;
export const rows = (count: number, quantity: number | string = 5) =>
  Array.from({ length: count }, (_, index) => row(`S${index}`, quantity)).join("");

export const serve =
  (text: string | Buffer, headers: Record<string, string> = {}): Respond =>
  (_request, response) =>
    void response.writeHead(200, { "content-type": "text/csv", ...headers }).end(text);

export interface FeedsUnderTest {
  store: TestDatabase;
  server: LocalServer;
  addVendor(code: string, data?: Record<string, unknown>): Promise<{ readonly id: bigint }>;
  runFeeds: typeof runFeeds;
  runWith: typeof runWith;
}

const feeds = { addVendor, runFeeds, runWith } as FeedsUnderTest;

/** A database and a vendor's server, for every test of a file. */
export function useFeeds(): FeedsUnderTest {
  beforeAll(async () => {
    [feeds.store, feeds.server] = await Promise.all([testDatabase(), startLocalServer()]);
  });
  afterAll(async () => {
    await Promise.all([feeds.store.close(), feeds.server.close()]);
  });
  beforeEach(async () => {
    await feeds.store.db.ecomnowProduct.deleteMany();
    await feeds.store.db.ecomnowVendor.deleteMany();
    await feeds.store.db.problem.deleteMany();
    feeds.server.requests.length = 0;
  });
  return feeds;
}

async function addVendor(code: string, data: Record<string, unknown> = {}): Promise<{ readonly id: bigint }> {
  return await feeds.store.db.ecomnowVendor.create({
    data: { code, name: code, kind: "CBP", feedUrl: `${feeds.server.url}/${code}.csv`, ...data },
  });
}

async function runFeeds(options: EcomnowRunOptions = {}) {
  const run = startEcomnowRun(feeds.store.db, { settings: { ecomnowPrivateHosts: [feeds.server.host] }, ...options });
  return { ...run, result: await updateProductsInventoryAndCbpVendors(run.context) };
}

/** Serves the text and runs; the one vendor's import as it was recorded. */
async function runWith(respond: Respond, options: EcomnowRunOptions = {}) {
  feeds.server.respond = respond;
  const run = await runFeeds(options);
  const [last] = await feeds.store.db.ecomnowFeedImport.findMany({
    orderBy: { id: "desc" },
    take: 1,
    include: { badLines: { orderBy: { lineNo: "asc" } } },
  });
  return { ...run, last: last! };
}
