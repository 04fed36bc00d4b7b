import { randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { type ManualClock, manualClock, MINUTE_MS } from "@drumline/core/clock";
import { silentLog } from "@drumline/core/log";
import type { JsonObject, RecordProblem } from "@drumline/core/task";
import type { Database, Prisma } from "@drumline/db";
import { createSecretBox } from "@drumline/outbound/secrets";
import { startTaskRun, type TaskRunOptions, testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, afterEach, beforeAll } from "@jest/globals";

import type { DeliveryContext } from "../src/deliveries/delivery.ts";
import { dispatchAll } from "../src/dispatcher/dispatch-all.ts";
import { saveEvents } from "../src/outbox/index.ts";
import { createWebhookClient } from "../src/webhooks/index.ts";

export const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/** What subscriptions of these tests are sealed with, where they are. */
export const SECRETS = createSecretBox({ current: Buffer.alloc(32, 7) }, {});
export const START = new Date("2026-11-20T12:00:00Z");

export interface ReceivedWebhook {
  readonly path: string;
  readonly id: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A receiver of webhooks on a local port: 200 to everything, unless a test answers itself. */
export interface Receiver {
  readonly url: string;
  readonly received: ReceivedWebhook[];
  /** Answers the next requests, or passes them on with false. */
  answer: ((webhook: ReceivedWebhook, response: ServerResponse) => boolean | Promise<boolean>) | null;
  uniqueIds(): number;
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const webhook = {
      path: request.url!,
      id: String(request.headers["webhook-id"]),
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    };
    receiver.received.push(webhook);
    if (receiver.answer !== null && (await receiver.answer(webhook, response))) return;
    response.end("thanks");
  };
  const server = createServer((request, response) => void take(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: [],
    answer: null,
    uniqueIds: () => new Set(receiver.received.map(({ id }) => id)).size,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}

/** A delivery's context with its problems, and an end to its signal. */
export interface TestDelivery extends DeliveryContext {
  readonly clock: ManualClock;
  readonly problems: RecordProblem[];
  abort(): void;
}

export function deliveryContext(db: Database, webhooks = createPermissiveClient()): TestDelivery {
  const aborter = new AbortController();
  setMaxListeners(0, aborter.signal);
  const problems: RecordProblem[] = [];
  return {
    db,
    gateways: { webhooks, secrets: SECRETS, settings: { webhookMaxPerHost: 10, webhookTimeoutSeconds: 5 } },
    clock: manualClock(START),
    log: silentLog,
    signal: aborter.signal,
    reportProblem: (problem) => void problems.push(problem),
    problems,
    abort: () => aborter.abort(new Error("asked to stop")),
  };
}

const createPermissiveClient = () => createWebhookClient({ allowPrivate: true, timeoutMs: 20_000, maxPerHost: 10 });

export async function subscribe(
  db: Database,
  targetUrl: string,
  data: Partial<Prisma.WebhookCreateInput> = {},
): Promise<bigint> {
  const created = await db.webhook.create({
    data: { owner: randomUUID(), targetUrl, eventType: "package.created", secret: SECRET, ...data },
  });
  return created.id;
}

export async function addEvents(
  db: Database,
  count: number,
  {
    eventType = "package.created",
    payload = {},
    at = START,
  }: { eventType?: string; payload?: JsonObject; at?: Date } = {},
): Promise<void> {
  await db.$transaction((tx) =>
    saveEvents(
      tx,
      Array.from({ length: count }, (_, index) => ({
        eventType,
        entityType: "package",
        entityId: BigInt(index + 1),
        payload: { no: index + 1, ...payload },
        at,
      })),
    ),
  );
}

export async function clearDeliveries(db: Database): Promise<void> {
  await db.problem.deleteMany();
  await db.webhookDelivery.deleteMany();
  await db.eventQueue.deleteMany();
  await db.webhook.deleteMany();
}

export const minutesLater = (minutes: number): Date => new Date(START.getTime() + minutes * MINUTE_MS);

/** A database and a receiver for all tests of a file, emptied after each, and what tasks of events have of the outside. */
export function useDeliveries() {
  let store: TestDatabase | null = null;
  let receiver: Receiver | null = null;
  const gateways = {
    webhooks: createPermissiveClient(),
    secrets: SECRETS,
    settings: { eventQueueDelaySeconds: 360, webhookMaxPerHost: 10, webhookTimeoutSeconds: 15 },
  };
  afterAll(() => gateways.webhooks.close());
  beforeAll(async () => {
    [store, receiver] = await Promise.all([testDatabase(), startReceiver()]);
  });
  afterAll(() => Promise.all([store?.close(), receiver?.close()]));
  afterEach(async () => {
    receiver!.received.length = 0;
    receiver!.answer = null;
    await clearDeliveries(store!.db);
  });
  const deliveries = () =>
    store!.db.webhookDelivery.findMany({ orderBy: { id: "asc" }, include: { tries: { orderBy: { no: "asc" } } } });
  return {
    gateways,
    runAt: (at: Date, options: TaskRunOptions<object> = {}) =>
      startTaskRun(store!.db, gateways, { clock: manualClock(at), ...options }),
    get db() {
      return store!.db;
    },
    get receiver() {
      return receiver!;
    },
    answerWith(status: number, headers = {}) {
      receiver!.answer = (_, response) => {
        response.writeHead(status, headers).end(`said ${status}`);
        return true;
      };
    },
    dispatch: (context: DeliveryContext) => dispatchAll(context, { untouchedSince: null }),
    deliveries,
    firstDelivery: async () => (await deliveries())[0]!,
    /** As if every lease had run out: what a crash leaves, some time later. */
    endLeases: () => store!.db.$executeRaw`
      UPDATE webhook_delivery SET leased_until = now() - interval '1 second' WHERE leased_until IS NOT NULL`,
  };
}
