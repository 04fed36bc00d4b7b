import type { AddressInfo } from "node:net";

import { manualClock, type ManualClock } from "@drumline/core/clock";
import { silentLog } from "@drumline/core/log";
import { openQueueBackend, type QueueBackend } from "@drumline/core/queue";
import type { Database } from "@drumline/db";
import { testDatabase, testRedis } from "@drumline/testing";

import type { Api } from "../src/api.ts";
import { buildServer } from "../src/server.ts";

export interface ApiUnderTest {
  readonly app: Api;
  ask(path: string, init?: RequestInit): Promise<Answer>;
  readonly db: Database;
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

/** Asks over a socket of its own: Fastify's inject needs modules that jest cannot require on Node 20. */
export async function askServer(app: Api, path: string, init?: RequestInit): Promise<Answer> {
  if (app.server.address() === null) await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
  const body = await response.text();
  return { status: response.status, headers: Object.fromEntries(response.headers), body, json: () => JSON.parse(body) };
}

/** The api on a database of its own, and on Redis where there is one. */
export async function apiUnderTest(): Promise<ApiUnderTest> {
  const [database, redis] = await Promise.all([testDatabase(), testRedis()]);
  const queues = await openQueueBackend(
    { redisUrl: redis?.url ?? null, databaseUrl: database.url },
    { prefix: "api-test", production: false, nextTick: () => undefined, onError: () => {} },
  );
  const clock = manualClock(new Date());
  const app = await buildServer({ db: database.db, queues, clock, log: silentLog });
  return {
    app,
    ask: (path, init) => askServer(app, path, init),
    db: database.db,
    queues,
    clock,
    close: async () => {
      await app.close();
      await queues.close();
      await Promise.all([database.close(), redis?.close()]);
    },
  };
}
