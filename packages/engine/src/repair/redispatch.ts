import type { Log } from "@drumline/core/log";
import { type QueueBackend, toJobId } from "@drumline/core/queue";
import type { Database } from "@drumline/db";

import { dispatchRuns } from "../dispatch/dispatch-runs.ts";
import { claimServed, loadUnservedTasks, markUnserved } from "../dispatch/unserved-runs.sql.ts";
import { type LivingProcesses, loadLivingProcesses } from "../heartbeat/living-processes.ts";
import { claimRedispatch, loadSilentRuns, markSeen, type SilentRun } from "./silent-runs.sql.ts";

export interface RedispatchOptions {
  readonly db: Database;
  readonly backend: QueueBackend;
  readonly log: Log;
  readonly silentForMs: number;
}

/** A batch is some statements and one look-up per run; small enough for the event loop, big enough for 100,000 in a minute. */
const AT_ONCE = 500;
/** The other repairs of the sweep have their turn in between. */
const MOST_PER_SWEEP = 50_000;

/**
 * Finds runs that the ledger calls SCHEDULED and the queue does not know (a crash between commit and add, a lost
 * Redis, a job that BullMQ gave up) and dispatches them again under a new job id. Runs whose task no living worker has
 * are told apart: they say so, and wait for one.
 */
export async function redispatchLostRuns(options: RedispatchOptions): Promise<number> {
  const { db, log, silentForMs } = options;
  const living = await loadLivingProcesses(db);
  const unservedTasks = new Set<string>();
  let redispatched = await dispatchServed(options, living);
  for (let looked = 0; looked < MOST_PER_SWEEP; looked += AT_ONCE) {
    const silent = await loadSilentRuns(db, silentForMs, AT_ONCE);
    const isServed = ({ task, queue }: SilentRun) => living.serves(task, queue);
    const [served, unserved] = [silent.filter(isServed), silent.filter((run) => !isServed(run))];
    await markUnserved(db, unserved.map(toId));
    for (const { task } of unserved) unservedTasks.add(task);
    const lost = await redispatchLost(options, served);
    redispatched += lost;
    // A long queue that lost nothing is looked through one batch per sweep; after a loss the rest is worth its look-ups.
    if (silent.length < AT_ONCE || lost + unserved.length === 0) break;
  }
  for (const task of unservedTasks) log.warn({ task, code: "NO_WORKER" }, "runs wait: no living worker has their task");
  return redispatched;
}

/** Runs that waited for a worker with their task, and have one now. */
async function dispatchServed({ db, backend, log }: RedispatchOptions, living: LivingProcesses): Promise<number> {
  const served = (await loadUnservedTasks(db)).filter(({ task, queue }) => living.serves(task, queue));
  for (const { task } of served) log.info({ task }, "a worker has the task again: the runs that wait for it go on");
  let dispatched = 0;
  while (dispatched < MOST_PER_SWEEP) {
    const runs = await claimServed(db, served, AT_ONCE);
    await dispatchRuns(backend, runs);
    dispatched += runs.length;
    if (runs.length < AT_ONCE) break;
  }
  return dispatched;
}

async function redispatchLost({ db, backend }: RedispatchOptions, runs: readonly SilentRun[]): Promise<number> {
  const known = await Promise.all(runs.map((run) => isOnQueue(backend, run)));
  await markSeen(db, runs.filter((_, index) => known[index]).map(toId));
  const lost = await claimRedispatch(
    db,
    runs.filter((_, index) => !known[index]),
  );
  await dispatchRuns(backend, lost);
  return lost.length;
}

/** The state of a job would read the whole list it may stand in; the job itself is one look-up. */
async function isOnQueue(backend: QueueBackend, { queue, id, dispatchNo }: SilentRun): Promise<boolean> {
  const job = await backend.queue(queue).getJob(toJobId(id, dispatchNo));
  return job !== undefined && job.finishedOn === undefined;
}

const toId = ({ id }: SilentRun): string => id;
