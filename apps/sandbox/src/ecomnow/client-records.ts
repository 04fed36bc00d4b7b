import { between, seededRandom } from "../seeded-random.ts";
import { toSku } from "./assortment.ts";
import type { ClientName } from "./client-auth.ts";

/** An order every so often, numbered by its time: a restart goes on counting where it was. */
export const TICK_MS = 20_000;
/** Orders there are before anyone asks for the first time. */
const FIRST_ORDERS = 40;
const SHIPPED_AFTER = 3;
const REFUNDED_AFTER = 6;
const REFUNDED_EVERY = 10;

export type ClientList = "orders" | "shipments" | "refunds";
export const CLIENT_LISTS: readonly string[] = ["orders", "shipments", "refunds"] satisfies ClientList[];

interface Page {
  readonly records: readonly object[];
  readonly next_cursor: string;
  readonly has_more: boolean;
}

/** What happened after a number; without one, some of the latest. Shipments and refunds come after their orders. */
export function pageRecords(
  { seed, nowMs }: { seed: number; nowMs: number },
  client: ClientName,
  list: ClientList,
  { after, limit }: { after: number | null; limit: number },
): Page {
  const last = Math.floor(nowMs / TICK_MS) - { orders: 0, shipments: SHIPPED_AFTER, refunds: REFUNDED_AFTER }[list];
  const records: object[] = [];
  let number = after ?? Math.floor(nowMs / TICK_MS) - FIRST_ORDERS;
  while (number < last && records.length < limit) {
    number += 1;
    const record = toRecord(seed, client, list, number);
    if (record !== null) records.push(record);
  }
  return { records, next_cursor: String(number), has_more: number < last };
}

function toRecord(seed: number, client: ClientName, list: ClientList, number: number): object | null {
  const order = toOrder(seed, client, number);
  switch (list) {
    case "orders":
      return order;
    case "shipments":
      return { id: `S${number}`, order: order.no, tracking: `TRK${number}`, carrier: "ups", state: "delivered" };
    case "refunds":
      return number % REFUNDED_EVERY === 0
        ? { id: `R${number}`, order: order.no, amount: order.positions[0]!.price }
        : null;
  }
}

/** In the words of the clients, which are not ours: amounts are decimal, ids are numbers. */
function toOrder(seed: number, client: ClientName, number: number) {
  const random = seededRandom(seed, client, number);
  const positions = Array.from({ length: between(random, 1, 3) }, () => ({
    art: toSku("north", between(random, 0, 199)),
    qty: between(random, 1, 4),
    price: (between(random, 199, 9_999) / 100).toFixed(2),
  }));
  const cents = positions.reduce((sum, { qty, price }) => sum + qty * Math.round(Number(price) * 100), 0);
  return {
    no: number,
    at: new Date(number * TICK_MS).toISOString(),
    currency: "EUR",
    total: (cents / 100).toFixed(2),
    positions,
  };
}
