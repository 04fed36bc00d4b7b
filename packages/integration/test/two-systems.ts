import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { createMappingRunner } from "@drumline/connectors/mapping";
import { readSettings } from "@drumline/core/config";
import { startTaskRun, testDatabase, type TaskRunOptions, type TestDatabase } from "@drumline/testing";

import { createIntegrationGateways, type IntegrationGateways } from "../src/gateways/create-gateways.ts";
import { integrationSettings } from "../src/settings.ts";
import { integrationHandlers } from "../src/tasks.ts";

/** What an endpoint was sent. */
export interface Received {
  readonly key: string;
  readonly path: string;
  readonly body: Record<string, unknown>;
}

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** A system at the other side: answers as told, and remembers what it was sent. */
export interface OtherSystem {
  readonly url: string;
  readonly received: Received[];
  /** Of requests with a body; 200 for null. */
  answer: Answer | null;
  /** Of GET. */
  pages: (query: URLSearchParams) => unknown;
  close(): Promise<void>;
}

export async function startOtherSystem(): Promise<OtherSystem> {
  const received: Received[] = [];
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => void parts.push(part));
    request.on("end", () => {
      const url = new URL(request.url!, "http://other");
      if (request.method === "GET") {
        const page = system.pages(url.searchParams);
        return response.end(typeof page === "string" ? page : JSON.stringify(page));
      }
      const text = Buffer.concat(parts).toString();
      received.push({
        key: String(request.headers["idempotency-key"]),
        path: url.pathname,
        body: JSON.parse(text) as Record<string, unknown>,
      });
      if (system.answer === null) return response.end("{}");
      return system.answer(request, response, text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const system: OtherSystem = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer: null,
    pages: () => ({ records: [] }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return system;
}

export type Handlers = typeof integrationHandlers;
type Name = keyof Handlers;
type ArgsOf<Key extends Name> = Parameters<Handlers[Key]>[0]["args"];

/** A database, another system and a worker's gateways; rows are written as the api would. */
export interface TwoSystems extends TestDatabase {
  readonly other: OtherSystem;
  readonly gateways: IntegrationGateways;
  run<Key extends Name>(
    name: Key,
    args: ArgsOf<Key>,
    options?: Omit<TaskRunOptions<ArgsOf<Key>>, "args"> & {
      readonly settings?: Partial<IntegrationGateways["settings"]>;
    },
  ): Promise<{
    readonly result: Record<string, unknown>;
    readonly problems: readonly { recordId: string; error: string }[];
  }>;
  addIncoming(identifier: string, source: object): Promise<bigint>;
  addRoute(identifier: string, incomingId: bigint, options?: RouteOptions): Promise<bigint>;
  /** NEW tasks of a route, one entity each unless told. */
  addTasks(routeId: bigint, incomingId: bigint, count: number, entityOf?: (no: number) => string): Promise<void>;
  statuses(routeId: bigint): Promise<Record<string, number>>;
}

export interface RouteOptions {
  readonly expressions?: readonly string[];
  readonly target?: object;
  readonly isRealTime?: boolean;
  readonly maxAttempts?: number;
  readonly onFailed?: "NEXT" | "BLOCK";
  readonly parallel?: number;
}

export const AT = new Date("2026-11-20T12:00:00Z");

export async function twoSystems(folder: string | null = null): Promise<TwoSystems> {
  const database = await testDatabase();
  const { db } = database;
  const other = await startOtherSystem();
  const mappings = createMappingRunner({ children: 2 });
  const settings = readSettings(integrationSettings, {
    INTEGRATION_PRIVATE_HOSTS: new URL(other.url).host,
    ...(folder === null ? {} : { INTEGRATION_FOLDER: folder }),
  });
  const gateways = createIntegrationGateways(settings, {}, mappings);
  const named = (identifier: string) => ({ identifier, name: identifier, createdAt: AT, updatedAt: AT });
  return {
    ...database,
    other,
    gateways,
    async run(name, args, { settings: own = {}, ...options } = {}) {
      const { context, problems } = startTaskRun(
        db,
        { ...gateways, settings: { ...settings, ...own } },
        { args, ...options },
      );
      const handler = integrationHandlers[name] as (given: typeof context) => Promise<Record<string, unknown>>;
      return { result: await handler(context), problems };
    },
    async addIncoming(identifier, source) {
      return (await db.integrationIncoming.create({ data: { ...named(identifier), source } })).id;
    },
    async addRoute(identifier, incomingId, { expressions = [], target, ...options } = {}) {
      const outgoing = await db.integrationOutgoing.create({
        data: {
          ...named(identifier),
          target: target ?? { kind: "http", url: `${other.url}/${identifier}`, method: "POST", timeoutMs: 20_000 },
        },
      });
      const route = await db.integrationRoute.create({
        data: { ...named(identifier), incomingId, outgoingId: outgoing.id, ...options },
      });
      for (const [position, expression] of expressions.entries()) {
        const transformer = await db.integrationTransformer.create({
          data: { ...named(`${identifier}-${position}`), expression },
        });
        await db.integrationRouteTransformer.create({
          data: { routeId: route.id, position, transformerId: transformer.id },
        });
      }
      return route.id;
    },
    async addTasks(routeId, incomingId, count, entityOf = String) {
      const numbers = [...Array(count).keys()].map((no) => no + 1);
      const keys = [...new Set(numbers.map(entityOf))];
      await db.integrationEntity.createMany({
        data: keys.map((entityKey) => ({ incomingId, entityKey, updatedAt: AT })),
        skipDuplicates: true,
      });
      const entities = new Map(
        (await db.integrationEntity.findMany({ where: { incomingId } })).map((row) => [row.entityKey, row.id]),
      );
      const begun = new Set<string>();
      await db.integrationTask.createMany({
        data: numbers.map((no) => {
          const key = entityOf(no);
          const isHead = !begun.has(key);
          begun.add(key);
          return {
            routeId,
            entityId: entities.get(key)!,
            status: "NEW" as const,
            isHead,
            payload: { no, key },
            payloadHash: String(no),
            payloadBytes: 10,
            createdAt: AT,
          };
        }),
      });
    },
    async statuses(routeId) {
      const groups = await db.integrationTask.groupBy({ by: ["status"], where: { routeId }, _count: true });
      return Object.fromEntries(groups.map(({ status, _count }) => [status, _count]));
    },
    async close() {
      mappings.close();
      gateways.http.close();
      await other.close();
      await database.close();
    },
  };
}
