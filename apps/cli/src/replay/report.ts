import { findBrokenInvariants } from "@drumline/oms";

import { judgeOutcome } from "./judge-outcome.ts";
import { loadOrderOutcomes } from "./order-outcomes.sql.ts";
import type { DatasetOutcome } from "./outside.ts";
import { type EventFigures, loadEventFigures, loadTaskFigures, type TaskFigures } from "./replay-figures.sql.ts";
import type { ReplayStage } from "./replay-stage.ts";
import type { Walk } from "./walk.ts";

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
  readonly byFate: readonly FateRow[];
  /** The first orders that did not end as in the dataset. */
  readonly wrong: readonly { readonly number: string; readonly fate: string; readonly problems: readonly string[] }[];
  readonly brokenInvariants: readonly { readonly invariant: string; readonly rows: readonly object[] }[];
  readonly tasks: readonly TaskFigures[];
  readonly events: EventFigures & {
    readonly received: number;
    readonly accepted: number;
    readonly invalid: number;
  };
  readonly stores: Walk["deeds"];
  readonly workersKilled: number;
}

export interface FateRow {
  readonly fate: string;
  readonly orders: number;
  readonly asExpected: number;
  /** How many ended in which state. */
  readonly states: Readonly<Record<string, number>>;
}

const MOST_LISTED = 20;

export async function writeReport(
  { db, outside }: ReplayStage,
  walked: Walk,
  { hook, seconds, workersKilled }: { hook: string; seconds: number; workersKilled: number },
): Promise<ReplayReport> {
  const dataset = await outside.outcomes();
  const found = await loadOrderOutcomes(db);
  const judged = dataset.map((order) => ({
    order,
    state: found.get(order.number)?.state ?? "(none)",
    problems: judgeOutcome(order, found.get(order.number) ?? null),
  }));
  const wrong = judged.filter(({ problems }) => problems.length > 0);
  const brokenInvariants = await findBrokenInvariants(db);
  const tasks = await loadTaskFigures(db);
  const receiver = await outside.hookCounts(hook);
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
      from: walked.from.toISOString(),
      to: walked.to.toISOString(),
      steps: walked.steps,
      skipped: walked.skipped,
      idle: walked.idle,
    },
    seconds: Math.round(seconds * 10) / 10,
    ordersPerSecond: Math.round((dataset.length / seconds) * 10) / 10,
    orders: { total: dataset.length, asExpected: dataset.length - wrong.length },
    byFate: countFates(judged),
    wrong: wrong
      .slice(0, MOST_LISTED)
      .map(({ order, problems }) => ({ number: order.number, fate: order.fate, problems })),
    brokenInvariants,
    tasks,
    events,
    stores: walked.deeds,
    workersKilled,
  };
}

interface Judged {
  readonly order: DatasetOutcome;
  readonly state: string;
  readonly problems: readonly string[];
}

function countFates(judged: readonly Judged[]): FateRow[] {
  const rows = new Map<string, { orders: number; asExpected: number; states: Record<string, number> }>();
  for (const { order, state, problems } of judged) {
    const fate = nameOf(order);
    const row = rows.get(fate) ?? { orders: 0, asExpected: 0, states: {} };
    row.orders += 1;
    row.asExpected += problems.length === 0 ? 1 : 0;
    row.states[state] = (row.states[state] ?? 0) + 1;
    rows.set(fate, row);
  }
  return [...rows].map(([fate, row]) => ({ fate, ...row })).sort((left, right) => right.orders - left.orders);
}

function nameOf({ fate, items, handedOver }: DatasetOutcome): string {
  if (items === 0) return `${fate}, without items`;
  return fate === "canceled" && handedOver ? "canceled, with the carrier" : fate;
}
