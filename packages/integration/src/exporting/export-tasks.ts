import { SECOND_MS } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";
import { Cancel, type JsonValue, type TaskContext, turnOf } from "@drumline/core/task";
import type { Database } from "@drumline/db";
import { createConcurrencyLimit, OutboundError, Unavailable } from "@drumline/outbound/http";

import type { Route } from "../configurations/load-configurations.sql.ts";
import type { IntegrationGateways } from "../gateways/create-gateways.ts";
import type { IntegrationSettings } from "../settings.ts";
import { claimTasks, type ClaimedTask, renewTasks, takeBackTasks } from "./claim-tasks.sql.ts";
import { type EndedTask, endTasks, releaseTasks } from "./end-tasks.sql.ts";
import { openTransformers, type Transform } from "./open-transformers.ts";
import { type Ending, isOfConfiguration, type Pause, planFailure, planPause } from "./plan-ending.ts";
import { endPauses, pauseRoute } from "./route-pauses.sql.ts";
import { createSend, type Send } from "./send-task.ts";

export type ExportContext = TaskContext<
  unknown,
  Pick<IntegrationGateways, "http" | "secrets" | "mappings"> & {
    readonly settings: Pick<
      IntegrationSettings,
      "integrationFolder" | "integrationLeaseSeconds" | "integrationRunSeconds"
    >;
  },
  Database
>;

export interface ExportCounts {
  finished: number;
  retried: number;
  failed: number;
  skipped: number;
  /** Claimed, and put back since the endpoint is left alone. */
  released: number;
  /** Why it ended before there was nothing left; null where it did not. */
  endedEarly: "LIMIT" | "TIME" | "PAUSED" | null;
}

const MOST_AT_ONCE = 200;
const BATCHES_PER_REQUEST = 4;

/** Sends tasks of a route until none is due, the limit or the time is spent, or its endpoint wants to be left alone. */
export async function exportTasks(
  context: ExportContext,
  route: Route,
  { limit, isOutOfTime }: { readonly limit: number | null; readonly isOutOfTime: () => boolean },
): Promise<ExportCounts> {
  const { db, clock, run, signal, gateways } = context;
  const counts: ExportCounts = { finished: 0, retried: 0, failed: 0, skipped: 0, released: 0, endedEarly: null };
  if (route.pausedUntil !== null && route.pausedUntil > clock.now()) return { ...counts, endedEarly: "PAUSED" };
  const { integrationLeaseSeconds: leaseSeconds } = gateways.settings;
  const transform = await openTransformers(gateways.mappings, route.transformers);
  const send = openSend(context, route);
  const state: RouteState = { unansweredInRow: 0, pause: null };
  await takeBackTasks(db, route.id, run.id);
  const stopRenewing = keepLease(context, leaseSeconds);
  try {
    for (let left = limit ?? Infinity; ;) {
      signal.throwIfAborted();
      if (left <= 0) return { ...counts, endedEarly: "LIMIT" };
      if (isOutOfTime()) return { ...counts, endedEarly: "TIME" };
      const batch = Math.min(MOST_AT_ONCE, Math.max(1, route.parallel * BATCHES_PER_REQUEST), left);
      const claimed = await claimTasks(db, {
        routeId: route.id,
        runId: run.id,
        leaseSeconds,
        now: clock.now(),
        limit: batch,
      });
      if (claimed.length === 0) return counts;
      left -= await workOn(context, route, { claimed, transform, send, state }, counts);
      context.progress(counts.finished + counts.failed + counts.skipped);
      if (state.pause === null) continue;
      await pauseRoute(db, route, state.pause, clock.now());
      return { ...counts, endedEarly: "PAUSED" };
    }
  } finally {
    await stopRenewing();
  }
}

/** What a run learns of the endpoint. */
interface RouteState {
  unansweredInRow: number;
  pause: Pause | null;
}

interface Batch {
  readonly claimed: readonly ClaimedTask[];
  readonly transform: Transform;
  readonly send: Send;
  readonly state: RouteState;
}

/** Maps and sends one batch, and writes what became of each; how many were tried. */
async function workOn(context: ExportContext, route: Route, batch: Batch, counts: ExportCounts): Promise<number> {
  const { db, clock, run } = context;
  const { claimed, transform, state } = batch;
  const ended: EndedTask[] = [];
  const waiting = new Set(claimed.map(({ id }) => id));
  const end = (task: ClaimedTask, ending: Ending, startedAtMs: number) => {
    waiting.delete(task.id);
    ended.push({ task, ending, durationMs: Math.round(performance.now() - startedAtMs) });
  };
  try {
    const startedAtMs = performance.now();
    const ready: { task: ClaimedTask; value: JsonValue }[] = [];
    for await (const { task, outcome } of transform(claimed)) {
      if ("value" in outcome) ready.push({ task, value: outcome.value });
      else end(task, outcome, startedAtMs);
    }
    const limited = createConcurrencyLimit(route.parallel);
    const sent = await Promise.allSettled(
      ready.map(({ task, value }) =>
        limited(async () => {
          if (state.pause !== null || context.signal.aborted) return;
          const from = performance.now();
          const ending = await sendOne(context, route, batch, task, value);
          end(task, ending, from);
        }),
      ),
    );
    for (const one of sent) if (one.status === "rejected") throw one.reason;
    return ended.length;
  } finally {
    const written = await endTasks(db, { routeId: route.id, runId: run.id, at: clock.now() }, ended);
    await releaseTasks(db, run.id, [...waiting]);
    counts.released += waiting.size;
    if (written > 0) count(context, counts, ended);
    if (ended.some(({ ending }) => ending.status === "FINISHED")) await endPauses(db, route, clock.now());
  }
}

async function sendOne(
  { run, clock, signal }: ExportContext,
  route: Route,
  { send, state }: Batch,
  task: ClaimedTask,
  value: JsonValue,
): Promise<Ending> {
  try {
    await send(task, value);
    state.unansweredInRow = 0;
    return { status: "FINISHED" };
  } catch (error) {
    signal.throwIfAborted();
    if (isOfConfiguration(error)) throw new Cancel(messageOf(error), { cause: error });
    if (!(error instanceof OutboundError)) throw error;
    state.unansweredInRow = error instanceof Unavailable ? state.unansweredInRow + 1 : 0;
    const turn = turnOf({ run, clock });
    state.pause ??= planPause(error, { ...state, pauses: route.pauses }, route, turn);
    return planFailure(error, task.attempts, route, turn);
  }
}

const COUNTED = { FINISHED: "finished", RETRY: "retried", FAILED: "failed", SKIPPED: "skipped" } as const;

function count(context: ExportContext, counts: ExportCounts, ended: readonly EndedTask[]): void {
  for (const { task, ending } of ended) {
    counts[COUNTED[ending.status]] += 1;
    if (ending.status === "FAILED") context.reportProblem({ recordId: `task ${task.id}`, error: ending.reason });
  }
}

/** What cannot be sent with at all stops the run before anything is claimed. */
function openSend({ gateways, clock, signal }: ExportContext, route: Route): Send {
  try {
    return createSend(route, { ...gateways, clock, signal });
  } catch (error) {
    throw new Cancel(messageOf(error), { cause: error });
  }
}

/** Shows life for what the run has, until it is told to stop. */
function keepLease({ db, run, log }: ExportContext, leaseSeconds: number): () => Promise<void> {
  let renewal: Promise<void> = Promise.resolve();
  const timer = setInterval(
    () => {
      renewal = renewal
        .then(() => renewTasks(db, run.id, leaseSeconds))
        .catch((error: unknown) => log.warn({ error: messageOf(error) }, "the lease of tasks was not renewed"));
    },
    (leaseSeconds * SECOND_MS) / 3,
  );
  return async () => {
    clearInterval(timer);
    await renewal;
  };
}
