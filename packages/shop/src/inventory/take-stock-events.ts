import { excerptOf, toStorableText } from "@drumline/core/text";
import type { TaskContext } from "@drumline/core/task";
import { type Database, Prisma, type Transaction } from "@drumline/db";
import {
  countUnreadEvents,
  type EventReader,
  forgetReader,
  type ReadEvent,
  takeEvents,
} from "@drumline/events/readers";
import { type NewProblem, openProblems, type ProblemKind } from "@drumline/problems";

import { planStockEvent, type StockEventRules, stockEventTypesOf } from "./plan-stock-events.ts";
import { recordMovements } from "./record-movements.sql.ts";
import type { InventorySettings } from "./settings.ts";

const STOCK_EVENT_UNREADABLE: ProblemKind = {
  context: "shop",
  name: "STOCK_EVENT_UNREADABLE",
  severity: "ERROR",
  cure: "Nothing of it was counted. Find out from the event what moved, record that by hand (drumline stock move, or POST /api/v1/shop/movements) and accept this.",
};

const READER_NAME = "shop.stock";
const BATCH_EVENTS = 1_000;

/** What of the run around it is needed. */
export type StockEventRun = Pick<
  TaskContext<object, { readonly settings: InventorySettings }, Database>,
  "db" | "clock" | "signal" | "gateways"
>;

export interface TakenStockEvents {
  readonly events: number;
  readonly movements: number;
  readonly unreadable: number;
}

/**
 * Records as movements what happened to pieces in the OMS and in eComNow since the last run, batch by batch. An event is taken in
 * the transaction that records its movements; one that cannot be read becomes a problem in it. Null where the shop follows nobody.
 */
export async function takeStockEvents({
  db,
  clock,
  signal,
  gateways,
}: StockEventRun): Promise<TakenStockEvents | null> {
  const reader = toReader(gateways.settings);
  if (reader === null) {
    await forgetReader(db, READER_NAME);
    return null;
  }
  const taken = { events: 0, movements: 0, unreadable: 0 };
  for (;;) {
    signal.throwIfAborted();
    const rules = { vendors: gateways.settings.shopStockVendors ?? [], now: clock.now() };
    const batch = await db.$transaction((tx) => takeBatch(tx, reader, rules));
    taken.events += batch.events;
    taken.movements += batch.movements;
    taken.unreadable += batch.unreadable;
    if (batch.events < BATCH_EVENTS) return taken;
  }
}

/** For a dry run; null where the shop follows nobody. */
export async function countStockEvents({ db, gateways }: StockEventRun): Promise<number | null> {
  const reader = toReader(gateways.settings);
  return reader === null ? null : await countUnreadEvents(db, reader, Number.MAX_SAFE_INTEGER);
}

function toReader({ shopStockEventsSince: since, shopStockEventSources }: InventorySettings): EventReader | null {
  return since === null ? null : { name: READER_NAME, eventTypes: stockEventTypesOf(shopStockEventSources), since };
}

async function takeBatch(tx: Transaction, reader: EventReader, rules: StockEventRules): Promise<TakenStockEvents> {
  const events = await takeEvents(tx, reader, { limit: BATCH_EVENTS, at: rules.now });
  const planned = events.map((event) => ({ event, plan: planStockEvent(event, rules) }));
  const read = planned.flatMap(({ plan }) => ("movements" in plan ? [plan] : []));
  const own = await findOwnOrders(
    tx,
    read.flatMap(({ orderNumber, movements }) => (orderNumber === null || movements.length === 0 ? [] : [orderNumber])),
  );
  const counted = read.flatMap(({ orderNumber, movements }) =>
    orderNumber !== null && own.has(orderNumber) ? [] : movements,
  );
  const problems = planned.flatMap(({ event, plan }) =>
    "unreadable" in plan ? [toProblem(event, plan.unreadable)] : [],
  );
  await openProblems(tx, problems, rules.now);
  return {
    events: events.length,
    movements: await recordMovements(tx, counted, rules.now),
    unreadable: problems.length,
  };
}

/** Orders of the shop's own among these: their pieces are sold when they are paid, and not once more when they are packed. */
async function findOwnOrders(tx: Transaction, numbers: readonly string[]): Promise<ReadonlySet<string>> {
  if (numbers.length === 0) return new Set();
  const rows = await tx.$queryRaw<{ reference: string }[]>(Prisma.sql`
    SELECT reference FROM shop_order WHERE reference = ANY(${[...new Set(numbers)]}::text[])`);
  return new Set(rows.map(({ reference }) => reference));
}

const toProblem = ({ id, eventType, payload }: ReadEvent, why: string): NewProblem => ({
  kind: STOCK_EVENT_UNREADABLE,
  subject: { type: "event", key: id },
  reason: `what ${eventType} says of stock cannot be read: ${toStorableText(why)}`,
  detail: { payload: excerptOf(toStorableText(JSON.stringify(payload))) },
});
