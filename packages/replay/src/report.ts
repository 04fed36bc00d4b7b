import { type EventFigures, loadEventFigures } from "@drumline/events/deliveries";
import { findBrokenInvariants } from "@drumline/oms";
import { loadOrderOutcomes } from "@drumline/oms/simulation";

import { compareOutcome } from "./compare-outcome.ts";
import type { DatasetOutcome } from "./sandbox-client.ts";
import { loadTaskFigures, type TaskFigures } from "./runs.sql.ts";
import type { ReplayEnvironment } from "./replay-environment.ts";
import type { Simulation } from "./simulation-loop.ts";

export interface ReplayReport {
  readonly ok: boolean;
  readonly virtual: {
    readonly from: string;
    readonly to: string;
    readonly steps: number;
    readonly skipped: number;
    readonly idle: number;
  };
  readonly seconds: number;
  readonly ordersPerSecond: number;
  readonly orders: { readonly total: number; readonly asExpected: number };
  /** By the dataset's status, with and without items. */
  readonly byStatus: readonly StatusRow[];
  /** The first orders that did not end as in the dataset. */
  readonly wrong: readonly { readonly number: string; readonly status: string; readonly problems: readonly string[] }[];
  readonly brokenInvariants: readonly { readonly invariant: string; readonly rows: readonly object[] }[];
  readonly tasks: readonly TaskFigures[];
  readonly events: EventFigures & {
    readonly received: number;
    readonly accepted: number;
    readonly invalid: number;
  };
  readonly stores: Simulation["actions"];
  readonly workersKilled: number;
}

export interface StatusRow {
  readonly status: string;
  readonly orders: number;
  readonly asExpected: number;
  /** How many ended in which state. */
  readonly states: Readonly<Record<string, number>>;
}

const MOST_LISTED = 20;

export async function writeReport(
  { db, sandbox }: ReplayEnvironment,
  simulated: Simulation,
  { hook, seconds, workersKilled }: { hook: string; seconds: number; workersKilled: number },
): Promise<ReplayReport> {
  const dataset = await sandbox.outcomes();
  const found = await loadOrderOutcomes(db);
  const compared = dataset.map((order) => ({
    order,
    state: found.get(order.number)?.state ?? "(none)",
    problems: compareOutcome(order, found.get(order.number) ?? null),
  }));
  const wrong = compared.filter(({ problems }) => problems.length > 0);
  const brokenInvariants = await findBrokenInvariants(db);
  const tasks = await loadTaskFigures(db);
  const receiver = await sandbox.hookCounts(hook);
  const events = {
    ...(await loadEventFigures(db)),
    received: receiver.received,
    accepted: receiver.unique,
    invalid: receiver.invalid,
  };
  const isDelivered = events.delivered === events.recorded && events.accepted === events.recorded;
  return {
    ok: wrong.length === 0 && brokenInvariants.length === 0 && isDelivered && events.invalid === 0,
    virtual: {
      from: simulated.from.toISOString(),
      to: simulated.to.toISOString(),
      steps: simulated.steps,
      skipped: simulated.skipped,
      idle: simulated.idle,
    },
    seconds: Math.round(seconds * 10) / 10,
    ordersPerSecond: Math.round((dataset.length / seconds) * 10) / 10,
    orders: { total: dataset.length, asExpected: dataset.length - wrong.length },
    byStatus: countByStatus(compared),
    wrong: wrong
      .slice(0, MOST_LISTED)
      .map(({ order, problems }) => ({ number: order.number, status: order.status, problems })),
    brokenInvariants,
    tasks,
    events,
    stores: simulated.actions,
    workersKilled,
  };
}

interface Compared {
  readonly order: DatasetOutcome;
  readonly state: string;
  readonly problems: readonly string[];
}

function countByStatus(compared: readonly Compared[]): StatusRow[] {
  const rows = new Map<string, { orders: number; asExpected: number; states: Record<string, number> }>();
  for (const { order, state, problems } of compared) {
    const status = nameOf(order);
    const row = rows.get(status) ?? { orders: 0, asExpected: 0, states: {} };
    row.orders += 1;
    row.asExpected += problems.length === 0 ? 1 : 0;
    row.states[state] = (row.states[state] ?? 0) + 1;
    rows.set(status, row);
  }
  return [...rows].map(([status, row]) => ({ status, ...row })).sort((left, right) => right.orders - left.orders);
}

function nameOf({ status, items, isHandedOver }: DatasetOutcome): string {
  if (items === 0) return `${status}, without items`;
  return status === "canceled" && isHandedOver ? "canceled, with the carrier" : status;
}
