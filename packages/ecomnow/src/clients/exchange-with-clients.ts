import { type Exchange, FAILURES_TO_PAUSE, planNextRun, startCounts } from "@drumline/connectors/exchange";
import { SECOND_MS } from "@drumline/core/clock";
import { DrumlineError, messageOf } from "@drumline/core/errors";
import type { TaskContext, TaskResult } from "@drumline/core/task";
import { toStorableText } from "@drumline/core/text";
import type { Database } from "@drumline/db";
import { createConcurrencyLimit, RateLimited } from "@drumline/outbound/http";
import { hideSecret } from "@drumline/outbound/secrets";

import {
  claimEndpoint,
  type ClientFlow,
  findDueEndpoints,
  findUnknownClients,
  type IntegrationTask,
  releaseEndpoint,
  saveEnding,
} from "./endpoint.sql.ts";
import { nameOf, noteFlow } from "./paused-flow.sql.ts";
import { exchangeFlow, type FlowGateways, toSecretUse } from "./exchange-flow.ts";

const CLIENTS_AT_ONCE = 8;
const MOST_LISTED = 100;
const MOST_ERROR_CODE_POINTS = 2_000;

type Context<Args = unknown> = TaskContext<Args, FlowGateways, Database>;

/** The clients of the ecomnow_customer_integration tables, but Boxout, which has a task of its own. */
export async function exchangeWithClients(context: Context<{ clients?: string[] | undefined }>): Promise<TaskResult> {
  return await exchangeAll(context, "eComNowClientsApiIntegrations", context.args.clients ?? null);
}

/** Orders in, products and stock out for the client Boxout, in the way of the other clients. */
export async function exchangeWithBoxout(context: Context): Promise<TaskResult> {
  return await exchangeAll(context, "Boxout", null);
}

/** Exchanges data with the clients that a task serves: the flows that are due, each client for itself. */
async function exchangeAll(
  context: Context,
  task: IntegrationTask,
  clients: readonly string[] | null,
): Promise<TaskResult> {
  const { db, clock, dryRun, limit, signal } = context;
  for (const code of await findUnknownClients(db, task, clients ?? []))
    context.reportProblem({ recordId: code, error: `${task} serves no active client of this code` });
  const due = await findDueEndpoints(db, { task, clients, now: clock.now() });
  if (dryRun)
    return {
      wouldExchange: due.length,
      listed: due
        .slice(0, MOST_LISTED)
        .map(({ partner, direction, entity, cursor }) => ({ client: partner, direction, entity, cursor })),
    };

  const counts: Counts = { exchanged: 0, failed: 0, paused: 0, busy: 0, records: 0, badRecords: 0 };
  const budget = { left: limit ?? Infinity };
  const limited = createConcurrencyLimit(CLIENTS_AT_ONCE);
  const clientsDue = [...byClient(due).values()];
  const wasLeft = (flows: readonly ClientFlow[]) => flows.some((flow) => flow.wasLeft);
  await Promise.all(
    clientsDue
      .filter((flows) => !wasLeft(flows))
      .map((flows) => limited(() => serveClient(context, flows, budget, counts))),
  );
  // One of these may have ended its process: each is served alone and last, so that it takes nobody with it.
  for (const flows of clientsDue.filter(wasLeft)) await serveClient(context, flows, budget, counts);
  signal.throwIfAborted();
  return { ...counts };
}

interface Counts {
  exchanged: number;
  failed: number;
  paused: number;
  busy: number;
  records: number;
  badRecords: number;
}

function byClient(endpoints: readonly ClientFlow[]): Map<bigint, ClientFlow[]> {
  const clients = new Map<bigint, ClientFlow[]>();
  for (const endpoint of endpoints)
    clients.set(endpoint.integrationId, [...(clients.get(endpoint.integrationId) ?? []), endpoint]);
  return clients;
}

/** One flow after the other: a client is not asked twice at a time. */
async function serveClient(
  context: Context,
  flows: readonly ClientFlow[],
  budget: { left: number },
  counts: Counts,
): Promise<void> {
  const shareMs = (context.gateways.settings.ecomnowClientSeconds * SECOND_MS) / flows.length;
  for (const endpoint of flows) {
    if (context.signal.aborted || budget.left <= 0) return;
    const endsAtMs = performance.now() + shareMs;
    const isOutOfTime = () => performance.now() > endsAtMs;
    try {
      await serveEndpoint(context, endpoint, { budget, isOutOfTime }, counts);
    } catch (error) {
      // Our own failure, the database's for example: the endpoint's record says nothing about it.
      if (context.signal.aborted) return;
      counts.failed += 1;
      context.reportProblem({ recordId: nameOf(endpoint), error: messageOf(error) });
    }
    context.progress(counts.exchanged + counts.failed);
  }
}

type Limits = Pick<Exchange, "budget" | "isOutOfTime">;

async function serveEndpoint(context: Context, endpoint: ClientFlow, limits: Limits, counts: Counts): Promise<void> {
  const { db, clock, run, signal } = context;
  const claimed = await claimEndpoint(db, endpoint, run.id, clock.now());
  if (claimed === null) {
    counts.busy += 1;
    return;
  }
  const exchanged = startCounts();
  const startedAtMs = performance.now();
  const hide = hideSecret(endpoint, toSecretUse(endpoint), context.gateways.secrets);
  const endsProcesses = claimed.wasLeft && claimed.consecutiveFailures >= FAILURES_TO_PAUSE;
  const failure = endsProcesses
    ? new ProcessEnded(claimed)
    : await exchangeFlow(context, claimed, { counts: exchanged, hide, ...limits });
  if (signal.aborted) {
    await releaseEndpoint(db, endpoint.id, run.id);
    return;
  }
  const { hasMore, ...figures } = exchanged;
  const error = failure === null ? null : toStorableText(hide(messageOf(failure)), MOST_ERROR_CODE_POINTS);
  const retryAfterMs = failure instanceof RateLimited ? failure.retryAfterMs : null;
  const at = clock.now();
  const next = planNextRun(claimed, { error, hasMore, retryAfterMs }, at, run.dueAt);
  const durationMs = Math.round(performance.now() - startedAtMs);
  await saveEnding(db, endpoint.id, run.id, {
    ...figures,
    ...next,
    durationMs,
    error,
    at,
  });
  await noteFlow(db, endpoint, next.pausedReason, error, at);
  counts[error === null ? "exchanged" : "failed"] += 1;
  if (next.pausedReason !== null) counts.paused += 1;
  counts.records += exchanged.records;
  counts.badRecords += exchanged.failed;
  if (error !== null) context.reportProblem({ recordId: nameOf(endpoint), error });
}

/** The process that exchanged died again and again, before it could say why. */
class ProcessEnded extends DrumlineError {
  constructor({ partner, entity, consecutiveFailures }: ClientFlow) {
    super(
      `${entity} of ${partner} was begun ${consecutiveFailures} times without an end; the worker's process ended in the ` +
        "middle of it. Look at the worker's log, at its memory, and at what the client answers; make page_size smaller.",
      { code: "PROCESS_ENDED" },
    );
  }
}
