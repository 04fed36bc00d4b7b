import { type Clock, manualClock } from "@drumline/core/clock";
import { testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach } from "@jest/globals";

import { exchangeWithBoxout, exchangeWithClients } from "../src/clients/exchange-with-clients.ts";
import { type EcomnowRunOptions, NOON, startEcomnowRun } from "./ecomnow-run.ts";
import { type LocalServer, startLocalServer } from "./local-server.ts";

export interface Flow {
  readonly entity: "PRODUCT" | "PRICE" | "STOCK" | "ORDER" | "SHIPMENT" | "REFUND";
  readonly direction: "IN" | "OUT";
  readonly mapping?: string;
  readonly pageSize?: number;
  readonly intervalSeconds?: number;
}

export interface ClientsUnderTest {
  store: TestDatabase;
  server: LocalServer;
  /** The server's requests of one path, bodies parsed. */
  asked(path: string): { query: URLSearchParams; key: string | undefined; records: unknown[] }[];
  addClient: typeof addClient;
  addProducts: typeof addProducts;
  start: typeof start;
  run: typeof run;
  flow: typeof flow;
}

const clients = { addClient, addProducts, start, run, flow, asked } as ClientsUnderTest;

/** A database and a server that plays every client, for every test of a file. */
export function useClients(): ClientsUnderTest {
  beforeAll(async () => {
    [clients.store, clients.server] = await Promise.all([testDatabase(), startLocalServer()]);
  });
  afterAll(async () => {
    await Promise.all([clients.store.close(), clients.server.close()]);
  });
  beforeEach(async () => {
    const { db } = clients.store;
    await db.ecomnowRefund.deleteMany();
    await db.ecomnowOrder.deleteMany();
    await db.ecomnowCustomerIntegration.deleteMany();
    await db.ecomnowProduct.deleteMany();
    await db.ecomnowVendor.deleteMany();
    await db.problem.deleteMany();
    clients.server.requests.length = 0;
  });
  return clients;
}

async function addClient(code: string, flows: readonly Flow[], data: Record<string, unknown> = {}): Promise<bigint> {
  const { id } = await clients.store.db.ecomnowCustomerIntegration.create({
    data: {
      code,
      name: code,
      baseUrl: `${clients.server.url}/${code}`,
      endpoints: {
        create: flows.map(({ entity, direction, mapping, ...sizes }) => ({
          entity,
          direction,
          path: `/${entity.toLowerCase()}s`,
          ...sizes,
          ...(mapping === undefined ? {} : { mapping: { create: { expression: mapping } } }),
        })),
      },
      ...data,
    },
  });
  return id;
}

async function addProducts(count: number, at = new Date(NOON.getTime() - 3_600_000)): Promise<void> {
  const { db } = clients.store;
  const vendor = await db.ecomnowVendor.upsert({
    where: { code: "acme" },
    update: {},
    create: { code: "acme", name: "Acme" },
  });
  await db.ecomnowProduct.createMany({
    data: Array.from({ length: count }, (_, index) => ({
      vendorId: vendor.id,
      sku: `S${index}`,
      quantity: index,
      name: `Product ${index}`,
      rowHash: "00000000-0000-0000-0000-000000000000",
      createdAt: at,
      updatedAt: at,
    })),
  });
}

function start(task: "clients" | "boxout" = "clients", options: EcomnowRunOptions = {}) {
  const { db } = clients.store;
  const started = startEcomnowRun(db, {
    clock: noonClock(),
    ...options,
    settings: { ecomnowPrivateHosts: [clients.server.host], ...options.settings },
  });
  const handler = task === "boxout" ? exchangeWithBoxout : exchangeWithClients;
  return { ...started, result: handler(started.context) };
}

async function run(task: "clients" | "boxout" = "clients", options: EcomnowRunOptions = {}) {
  const started = start(task, options);
  return { ...started, result: await started.result };
}

/** The endpoint of a client, with what was logged of it. */
async function flow(client: string, entity: Flow["entity"] = "ORDER") {
  return await clients.store.db.ecomnowCustomerIntegrationEndpoint.findFirstOrThrow({
    where: { entity, integration: { code: client } },
    include: { logs: { orderBy: { id: "asc" } } },
  });
}

function asked(path: string) {
  return clients.server.requests
    .map(({ url, headers, body }) => ({ url: new URL(url, clients.server.url), headers, body }))
    .filter(({ url }) => url.pathname === path)
    .map(({ url, headers, body }) => ({
      query: url.searchParams,
      key: headers["idempotency-key"] as string | undefined,
      records: body === "" ? [] : (JSON.parse(body) as { records: unknown[] }).records,
    }));
}

const noonClock = (): Clock => manualClock(NOON);
