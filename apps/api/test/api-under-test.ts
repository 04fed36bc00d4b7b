import type { AddressInfo } from "node:net";

import { manualClock, type ManualClock } from "@drumline/core/clock";
import { silentLog } from "@drumline/core/log";
import { openQueueBackend, type QueueBackend } from "@drumline/core/queue";
import type { Database } from "@drumline/db";
import { createMappingRunner } from "@drumline/ecomnow/commands";
import { createPasswords } from "@drumline/engine";
import { createSecretBox } from "@drumline/events/subscriptions";
import { testDatabase, testRedis } from "@drumline/testing";

import { catalogue } from "@drumline/tasks";

import type { Api, ApiParts } from "../src/api.ts";
import { buildServer } from "../src/server.ts";

export const ADMIN_TOKEN = "the-admin-token-of-these-tests";

export interface ApiUnderTest {
  readonly app: Api;
  /** As admin, unless `init` brings an authorization of its own; `anonymous` brings none. */
  ask(path: string, init?: AskInit): Promise<Answer>;
  /** Sends JSON as the holder of `token`, by default the admin. */
  send(method: string, path: string, body?: unknown, token?: string): Promise<Answer>;
  readonly db: Database;
  readonly databaseUrl: string;
  readonly queues: QueueBackend;
  readonly clock: ManualClock;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- each test knows what it asked for
  json(): any;
}

export interface AskInit extends RequestInit {
  readonly anonymous?: boolean;
  readonly headers?: Record<string, string>;
}

/** Asks over a socket of its own: Fastify's inject needs modules that jest cannot require on Node 20. */
export async function askServer(app: Api, path: string, init: AskInit = {}): Promise<Answer> {
  if (app.server.address() === null) await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const { anonymous = false, ...rest } = init;
  const headers = { ...(anonymous ? {} : { authorization: `Bearer ${ADMIN_TOKEN}` }), ...rest.headers };
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { ...rest, headers });
  const body = await response.text();
  return { status: response.status, headers: Object.fromEntries(response.headers), body, json: () => JSON.parse(body) };
}

/** What a route needs besides the databases. */
export const ordinaryParts = {
  log: silentLog,
  tasks: catalogue,
  deduplicate: true,
  adminToken: ADMIN_TOKEN,
  passwords: createPasswords(),
  oidc: null,
  secondPerson: false,
  viewersSeePeople: false,
  settingSources: { environment: {}, file: {} },
  secrets: createSecretBox({ current: Buffer.alloc(32, 7) }, {}),
  requestsPerMinute: 0,
  shopCartUrl: null,
  trustedProxies: [],
  mailLinks: { key: "the link key of these tests", backInStockFrom: 1 },
  sns: { receive: () => Promise.reject(new Error("nobody listens to SNS here")) },
  healthKeptMs: 0,
  streamCheckedMs: 200,
  mappings: createMappingRunner({ children: 1 }),
  privateHosts: [],
  integrationPrivateHosts: [],
  webhookBody: { mostBytes: 1_024 * 1_024, withinMs: 5_000 },
  payments: new Map(),
} as const;

/** The api on a database of its own, and on Redis where there is one. */
export async function apiUnderTest(parts: Partial<ApiParts> = {}): Promise<ApiUnderTest> {
  const [database, redis] = await Promise.all([testDatabase(), testRedis()]);
  const queues = await openQueueBackend(
    { redisUrl: redis?.url ?? null, databaseUrl: database.url },
    { prefix: "api-test", production: false, nextTick: () => undefined, onError: () => {} },
  );
  const clock = manualClock(new Date());
  const app = await buildServer({ ...ordinaryParts, db: database.db, queues, clock, ...parts });
  return {
    app,
    ask: (path, init) => askServer(app, path, init),
    send: (method, path, body, token = ADMIN_TOKEN) =>
      askServer(app, path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      }),
    db: database.db,
    databaseUrl: database.url,
    queues,
    clock,
    close: async () => {
      await app.close();
      await queues.close();
      await Promise.all([database.close(), redis?.close()]);
    },
  };
}
