import type { ItemSeen, OrderSeen } from "./observed.sql.ts";
import type { Violation } from "./violation.ts";
import { APPROVED, CANCELLATION_WAITING, CANCELLED, REFUNDED, type WireItem, type WireOrder } from "./wire.ts";

const CODES: Readonly<Record<string, string>> = {
  CANCELLATION_WAITING: "50",
  CANCELLED: "100",
  APPROVED: "400",
  INACTIVE: "425",
  PREPARING: "450",
  SHIPPED: "500",
  READY_FOR_PICKUP: "520",
  ATTEMPTED_DELIVERY: "540",
  DELIVERED: "550",
  REFUNDED: "600",
};
/** Nobody works on such a package until it is planned again. */
const EXCEPTIONS = new Set(["NEEDS_REPLAN", "OUT_OF_STOCK", "DEFECTIVE_PRODUCT", "UNAVAILABLE"]);
const GONE = new Set(["SHIPPED", "READY_FOR_PICKUP", "ATTEMPTED_DELIVERY", "DELIVERY_FAILED", "DELIVERED"]);

/**
 * An order as Omnitron has it beside the one that is here. What differs must be an open problem; what is wanted must be
 * in a live package, cancelled, or an open problem.
 */
export function judgeOrder(outside: WireOrder, toldStatus: string | null, here: OrderSeen): Violation[] {
  const say = (kind: string, what: string): Violation => ({ kind, order: here.number, what });
  const unreported =
    here.problems.length > 0 ? [] : findDifferences(outside, here).map(([kind, what]) => say(kind, what));
  return [
    ...unreported,
    ...(here.problems.length > 0 ? [] : findStuckUnits(here).map(([kind, what]) => say(kind, what))),
    ...(here.openPlans === 0 && here.state !== "CANCELLATION_WAITING" && here.problems.length === 0
      ? here.items
          .flatMap(({ live }) => live)
          .filter(({ state }) => state === "CANCELLATION_WAITING")
          .map((units) =>
            say("held for ever", `package ${units.package} waits for a cancellation that nobody asks for`),
          )
      : []),
    ...judgeTold(outside, toldStatus, here).map((what) => say("told otherwise", what)),
  ];
}

/** Units in packages that wait for a new plan, and will wait for ever. */
function findStuckUnits({ items }: OrderSeen): Difference[] {
  const waiting = items.flatMap(({ live }) => live).filter(({ state }) => EXCEPTIONS.has(state));
  return waiting.flatMap(({ package: number, state, units, isTriedAgain, isInStock }): Difference[] => {
    if (!isTriedAgain) return [["never planned again", `package ${number} is ${state}, and nobody will try again`]];
    return isInStock
      ? [["in stock, not planned", `package ${number} is ${state}; its ${units} units are in stock`]]
      : [];
  });
}

type Difference = readonly [kind: string, what: string];

function findDifferences(outside: WireOrder, here: OrderSeen): Difference[] {
  const wanted = new Map(outside.orderitem_set.map((item) => [item.pk, item]));
  const known = new Map(here.items.map((item) => [item.pk, item]));
  const facts: readonly [string, unknown, unknown][] = [
    ["shipping option", outside.shipping_option_slug, here.shippingOption],
    ["city", outside.shipping_address["city"], here.address["city"]],
    ["postcode", outside.shipping_address["postcode"], here.address["postcode"]],
  ];
  const pks = new Set([...wanted.keys(), ...known.keys()]);
  return [
    ...facts
      .filter(([, theirs, ours]) => (theirs ?? null) !== (ours ?? null))
      .map(([field, theirs, ours]): Difference => [
        "differs from Omnitron",
        `${field}: here ${String(ours)}, at Omnitron ${String(theirs)}`,
      ]),
    ...differenceOfStates(outside, here),
    ...[...pks].flatMap((pk) => differenceOfItems(outside, wanted.get(pk) ?? null, known.get(pk) ?? null)),
  ];
}

function differenceOfStates({ status }: WireOrder, { state, items }: OrderSeen): Difference[] {
  const live = items.flatMap((item) => item.live.map((units) => units.state));
  const hasLeft = live.length > 0 && live.every((one) => GONE.has(one));
  const expected = new Map([
    // It waits, or was decided: cancelled, or the money given back.
    [CANCELLATION_WAITING, ["CANCELLATION_WAITING", "CANCELLED", "REFUNDED"]],
    // What has left and was paid back is not called back by a later word.
    [CANCELLED, hasLeft ? ["CANCELLED", "REFUNDED"] : ["CANCELLED"]],
    [REFUNDED, ["REFUNDED", "CANCELLED"]],
  ]).get(status);
  if (expected === undefined || expected.includes(state)) return [];
  return [
    ["differs from Omnitron", `status ${status} at Omnitron, ${state} here, packages ${live.join(", ") || "none"}`],
  ];
}

function differenceOfItems(order: WireOrder, theirs: WireItem | null, ours: ItemSeen | null): Difference[] {
  if (theirs === null) {
    const held = heldUnits(ours!, ours!.state === "REFUNDED");
    return held === 0 ? [] : [["not wanted, yet planned", `item ${ours!.pk} is gone at Omnitron; ${inWords(ours!)}`]];
  }
  // One that is ended before it was ever here is taken in once it is wanted.
  const isEnded = ENDED.has(statusOf(order, theirs));
  if (ours === null) return isEnded ? [] : [["differs from Omnitron", `item ${theirs.pk} is not here`]];
  const units = differenceOfUnits(order, theirs, ours);
  // Ended by Omnitron, or cancelled whole by its plans: what it was is nobody's concern any more, only where its units are.
  const isGone = ours.cancelled >= ours.quantity && unitsOf(ours) === 0;
  if (isEnded || isGone) return units;
  const facts: readonly [string, unknown, unknown][] = [
    ["SKU", theirs.product.sku, ours.sku],
    ["quantity", theirs.quantity, ours.quantity],
    ["price", theirs.price, (ours.priceMinor / 100).toFixed(2)],
  ];
  return [
    ...facts
      .filter(([, wanted, held]) => wanted !== held)
      .map(([field, wanted, held]): Difference => [
        "differs from Omnitron",
        `item ${theirs.pk}, ${field}: here ${String(held)}, at Omnitron ${String(wanted)}`,
      ]),
    ...units,
  ];
}

const ENDED = new Set([CANCELLED, REFUNDED]);
const statusOf = (order: WireOrder, item: WireItem): string => (order.status === APPROVED ? item.status : order.status);

function differenceOfUnits(order: WireOrder, theirs: WireItem, ours: ItemSeen): Difference[] {
  const status = statusOf(order, theirs);
  // Nobody has decided yet.
  if (status === CANCELLATION_WAITING) return [];
  const live = unitsOf(ours);
  if (status === CANCELLED || status === REFUNDED) {
    const held = heldUnits(ours, status === REFUNDED || ours.state === "REFUNDED");
    return held === 0 ? [] : [["not wanted, yet planned", `item ${ours.pk} has status ${status}; ${inWords(ours)}`]];
  }
  const wanted = theirs.quantity - ours.cancelled;
  if (live === wanted) return [];
  const kind = live < wanted ? "wanted, not planned" : "not wanted, yet planned";
  return [[kind, `item ${ours.pk}: ${theirs.quantity} ordered, ${ours.cancelled} cancelled; ${inWords(ours)}`]];
}

/** Whose money was given back is ended by any word; what has left is not called back by one. */
const heldUnits = (ours: ItemSeen, mayHaveLeft: boolean): number =>
  unitsOf(ours, (state) => !mayHaveLeft || !GONE.has(state));

const unitsOf = ({ live }: ItemSeen, counts: (state: string) => boolean = () => true): number =>
  live.filter(({ state }) => counts(state)).reduce((sum, { units }) => sum + units, 0);

const inWords = ({ live, state }: ItemSeen): string =>
  `${live.map((part) => `${part.units} in ${part.package} (${part.state})`).join(", ") || "none in packages"}; item ${state}`;

/** What Omnitron was told last, or what it said itself and was told nothing about since, is the state here. */
function judgeTold(outside: WireOrder, toldStatus: string | null, { state, unsent, problems }: OrderSeen): string[] {
  const code = CODES[state] ?? state;
  const isKnown = code === toldStatus || code === outside.status;
  return isKnown || unsent > 0 || problems.length > 0
    ? []
    : [`${state} (${code}) here; Omnitron was told ${toldStatus ?? "nothing"} and says ${outside.status} itself`];
}
