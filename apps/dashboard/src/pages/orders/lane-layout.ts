import type { Schemas } from "../../client/api.ts";

export type OrderEvent = Schemas["OmsOrderEvent"];

/** The lanes in their order, with what each is called. */
export const LANES: Readonly<Record<OrderEvent["lane"], string>> = {
  order: "Order",
  plan: "Plan",
  package: "Package",
  transfer: "Transfer",
  parcel: "Parcel",
  cancellation: "Cancellation",
  omnitron: "Omnitron",
  webhook: "Webhooks",
  problem: "Problems",
};

/** Of these every subject has a lane of its own, with bars for its states; of the others all events are dots in one. */
const BY_SUBJECT: ReadonlySet<OrderEvent["lane"]> = new Set(["package", "transfer", "parcel"]);

export interface Lane {
  readonly key: string;
  readonly kind: OrderEvent["lane"];
  readonly label: string;
  readonly dots: readonly { readonly x: number; readonly event: OrderEvent; readonly index: number }[];
  readonly bars: readonly { readonly from: number; readonly to: number; readonly state: string }[];
}

export interface LaneLayout {
  readonly lanes: readonly Lane[];
  /** Instants that are written below the axis. */
  readonly ticks: readonly { readonly x: number; readonly at: string }[];
  readonly isFolded: boolean;
}

const MOST_LANES = 40;
/** A tick may stand so near to the one before it, in parts of the width. */
const TICK_GAP = 0.13;

/**
 * Events on one axis from 0 to 1. Hours without anything are folded: the distance of two events grows with the logarithm of
 * the time between them, else a day of work would be a dot beside a week on the road.
 */
export function layOutLanes(events: readonly OrderEvent[]): LaneLayout {
  const instants = [...new Set(events.map(({ at }) => at))].sort();
  const places = placesOf(instants);
  const rows = new Map<string, { kind: OrderEvent["lane"]; label: string; events: [OrderEvent, number][] }>();
  for (const [index, event] of events.entries()) {
    const own = BY_SUBJECT.has(event.lane);
    const key = own ? `${event.lane} ${event.subject}` : event.lane;
    const row = rows.get(key) ?? { kind: event.lane, label: own ? event.subject : LANES[event.lane], events: [] };
    row.events.push([event, index]);
    rows.set(key, row);
  }
  const order = Object.keys(LANES);
  const lanes = [...rows]
    .sort(([, left], [, right]) => order.indexOf(left.kind) - order.indexOf(right.kind))
    .slice(0, MOST_LANES)
    .map(([key, { kind, label, events: own }]) => ({
      key,
      kind,
      label,
      dots: own.map(([event, index]) => ({ event, index, x: places.get(event.at) ?? 0 })),
      bars: BY_SUBJECT.has(kind) || kind === "order" ? barsOf(own, places) : [],
    }));
  return { lanes, ticks: ticksOf(instants, places), isFolded: instants.length > 2 };
}

function placesOf(instants: readonly string[]): ReadonlyMap<string, number> {
  let sum = 0;
  const sums = instants.map((at, index) => {
    if (index > 0) sum += Math.log1p((Date.parse(at) - Date.parse(instants[index - 1]!)) / 1_000) + 0.4;
    return sum;
  });
  return new Map(instants.map((at, index) => [at, sum === 0 ? 0.5 : sums[index]! / sum]));
}

/** From each state to the next one; the last one lasts to the end. */
function barsOf(own: readonly [OrderEvent, number][], places: ReadonlyMap<string, number>): Lane["bars"] {
  const changes = own.filter(([{ after }]) => after !== null);
  return changes.flatMap(([{ at, after }], index) => {
    const next = changes[index + 1]?.[0];
    const isOver = next === undefined && ENDS.has(after!);
    const from = places.get(at) ?? 0;
    const to = next === undefined ? (isOver ? from : 1) : (places.get(next.at) ?? 1);
    return to > from ? [{ from, to, state: after! }] : [];
  });
}

const ENDS = new Set(["DELIVERED", "CANCELLED", "TRANSFERRED", "DELETED", "EXPIRED", "REFUNDED"]);

function ticksOf(instants: readonly string[], places: ReadonlyMap<string, number>): LaneLayout["ticks"] {
  const ticks: { x: number; at: string }[] = [];
  for (const at of instants) {
    const x = places.get(at)!;
    if (ticks.length === 0 || x - ticks.at(-1)!.x >= TICK_GAP) ticks.push({ x, at });
  }
  return ticks;
}
