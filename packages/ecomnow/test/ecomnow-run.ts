import { randomUUID } from "node:crypto";

import { type Clock, manualClock } from "@drumline/core/clock";
import { createMappingRunner } from "@drumline/connectors/mapping";
import { silentLog } from "@drumline/core/log";
import type { RecordProblem } from "@drumline/core/task";
import type { Database } from "@drumline/db";

import type { EcomnowContext } from "../src/context.ts";
import { createDataGateways, type DataGateways } from "../src/data-gateways.ts";

export const NOON = new Date("2026-11-20T12:00:00Z");

/** A handler's context for tests, and what the handler told it. */
export interface DataRun<Args> {
  readonly context: EcomnowContext<Args>;
  readonly problems: RecordProblem[];
  readonly progress: number[];
  abort(): void;
}

interface RunOptions<Args> {
  readonly args?: Args;
  readonly clock?: Clock;
  readonly dryRun?: boolean;
  readonly limit?: number | null;
  readonly data?: Partial<DataGateways>;
  readonly privateHosts?: readonly string[];
  readonly refundChannelUrl?: string;
  readonly refundChannelToken?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly runId?: string;
}

/** One for all runs of a test file; its processes end by themselves. */
const mappings = createMappingRunner({ children: 2, idleMs: 2_000 });

export const TEST_KEY = Buffer.alloc(32, 7);

/** Reaches this machine, as nothing in production may. */
export function startDataRun<Args extends object>(db: Database, options: RunOptions<Args> = {}): DataRun<Args> {
  const problems: RecordProblem[] = [];
  const progress: number[] = [];
  const aborter = new AbortController();
  const settings = {
    ecomnowSecretKey: TEST_KEY,
    ecomnowPrivateHosts: options.privateHosts ?? [],
    ecomnowFeedConcurrency: 4,
    ecomnowFeedTimeoutSeconds: 5,
    ecomnowLongestSilenceSeconds: 3_600,
    refundChannelUrl: options.refundChannelUrl ?? "http://127.0.0.1:9",
    refundChannelToken: options.refundChannelToken ?? "key",
  };
  return {
    problems,
    progress,
    abort: () => aborter.abort(new Error("asked to stop")),
    context: {
      args: options.args ?? ({} as Args),
      db,
      // The user audit is not touched by these handlers.
      gateways: { data: { ...createDataGateways(settings, options.env ?? {}, mappings), ...options.data } } as never,
      clock: options.clock ?? manualClock(NOON),
      log: silentLog,
      signal: aborter.signal,
      run: { id: options.runId ?? randomUUID(), task: "ecomnow", attempt: 1, dueAt: null, chunk: null },
      dryRun: options.dryRun ?? false,
      limit: options.limit ?? null,
      progress: (done) => void progress.push(done),
      reportProblem: (problem) => void problems.push(problem),
      askForHelpers: async () => 0,
    },
  };
}
