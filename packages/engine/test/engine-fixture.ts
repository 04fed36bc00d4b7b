import { randomUUID } from "node:crypto";

import { silentLog } from "@drumline/core/log";
import type { QueueBackend } from "@drumline/core/queue";
import { defineTask, type TaskContext, type TaskDefinition, type TaskResult } from "@drumline/core/task";
import { type Database, Prisma } from "@drumline/db";
import { testDatabase, testRedis } from "@drumline/testing";
import { z } from "zod";

import {
  createTickTimer,
  type DesiredSchedule,
  openDatabases,
  registerTasks,
  type RunningBeat,
  type RunningWorker,
  startBeat,
  startWorker,
  toDesiredSchedule,
} from "../src/index.ts";

type Handler = (context: TaskContext<{ n?: number | undefined }, unknown, Database>) => Promise<TaskResult>;

export interface Engine {
  readonly kind: QueueBackend["kind"];
  readonly db: Database;
  readonly backend: QueueBackend;
  /** Null where the queue lives in PostgreSQL. */
  readonly redisUrl: string | null;
  readonly databaseUrl: string;
  /** A task of its own name, so that tests cannot meet; runs `handler` in every worker started after it. */
  task(handler: Handler, overrides?: Partial<Parameters<typeof defineTask>[0]>): TaskDefinition;
  /** A desired ENV schedule of a task. */
  schedule(task: TaskDefinition, seconds: number, overrides?: Partial<DesiredSchedule>): DesiredSchedule;
  beat(desired: readonly DesiredSchedule[], overrides?: Partial<Parameters<typeof startBeat>[0]>): Promise<RunningBeat>;
  worker(overrides?: Partial<Parameters<typeof startWorker>[0]>): Promise<RunningWorker>;
  runs(task: TaskDefinition): Promise<RunRow[]>;
  /** Stops every beat and worker: one test's must not take another's runs. */
  stopAll(): Promise<void>;
  close(): Promise<void>;
}

export interface RunRow {
  readonly id: string;
  readonly status: string;
  readonly reason_code: string | null;
  readonly origin: string;
  readonly due_at: Date | null;
  readonly attempt: number;
  readonly error: string | null;
  readonly result: TaskResult | null;
  readonly held: boolean;
  readonly worker: string | null;
  readonly progress: unknown;
  readonly problem_count: number;
  readonly parent_id: string | null;
  readonly dispatch_no: number;
  readonly deaths: number;
  readonly last_death: string | null;
  readonly runs_alone: boolean;
}

interface EngineDatabases {
  readonly redisUrl?: string;
  /** Of a migrated database that the caller closes. */
  readonly databaseUrl?: string;
}

/** A whole engine on databases of its own, or on those; null where the machine has no Redis and one is asked for. */
export async function openEngine(
  kind: QueueBackend["kind"],
  { redisUrl, databaseUrl }: EngineDatabases = {},
): Promise<Engine | null> {
  const own = kind === "redis" && redisUrl === undefined ? await testRedis() : null;
  const redis = redisUrl === undefined ? own : { url: redisUrl, close: async () => {} };
  if (kind === "redis" && redis === null) return null;
  const database = databaseUrl === undefined ? await testDatabase() : { url: databaseUrl, close: async () => {} };
  const tickTimer = createTickTimer();
  const databases = await openDatabases(
    {
      environment: "test",
      databaseUrl: database.url,
      databasePoolSize: 8,
      redisUrl: redis?.url ?? null,
      queuePrefix: "test",
    },
    { log: silentLog, process: "test", onNextTick: tickTimer.wakeAt },
  );
  const { db, backend } = databases;
  const definitions: Record<string, TaskDefinition> = {};
  const handlers: Record<string, Handler> = {};
  let running: { stop(): Promise<void> }[] = [];
  const stopAll = async () => {
    const stopping = running;
    running = [];
    await Promise.all(stopping.map((process) => process.stop()));
  };

  const keep = async <Started extends { stop(): Promise<void> }>(starting: Promise<Started>): Promise<Started> => {
    const started = await starting;
    let stopping: Promise<void> | null = null;
    const kept = { ...started, stop: () => (stopping ??= started.stop()) };
    running.push(kept);
    return kept;
  };

  return {
    kind,
    db,
    backend,
    redisUrl: redis?.url ?? null,
    databaseUrl: database.url,
    task: (handler, overrides = {}) => {
      const definition = defineTask({
        name: `test.${randomUUID()}`,
        queue: "oms",
        summary: "Do what the test says.",
        args: z.strictObject({ n: z.int().optional() }),
        timeoutMs: 10_000,
        built: true,
        ...overrides,
      });
      definitions[definition.name] = definition;
      handlers[definition.name] = handler;
      return definition;
    },
    schedule: (task, seconds, overrides = {}) => ({
      ...toDesiredSchedule(task, {
        key: `key-${task.name}`,
        source: "ENV",
        enabled: true,
        trigger: { kind: "interval", everyMs: seconds * 1_000 },
        args: {},
        pingUrl: null,
      }),
      ...overrides,
    }),
    beat: (desired, overrides = {}) =>
      keep(
        startBeat({
          db,
          backend,
          log: silentLog,
          tickTimer: createTickTimer(),
          desired,
          findTask: (name) => definitions[name],
          catalogueVersion: 1,
          deduplicate: true,
          reconcileEveryMs: 1_000,
          repairEveryMs: 200,
          silentForMs: 500,
          ...overrides,
        }),
      ),
    worker: (overrides = {}) =>
      keep(
        startWorker({
          db,
          backend,
          log: silentLog,
          tasks: registerTasks(definitions, handlers, {}),
          queues: ["oms"],
          concurrency: 5,
          leaseMs: 2_000,
          graceMs: 1_000,
          ...overrides,
        }),
      ),
    runs: ({ name }) =>
      db.$queryRaw<RunRow[]>(
        Prisma.sql`SELECT *, status::text, origin::text FROM run WHERE task = ${name} ORDER BY created_at, due_at`,
      ),
    stopAll,
    close: async () => {
      await stopAll();
      await databases.close();
      await database.close();
      await redis?.close();
    },
  };
}

/** Redis where it is there, and BullMQ's PostgreSQL backend always. */
export const KINDS = ["redis", "postgres"] as const;
