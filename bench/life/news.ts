import type { CancellationWish, ReplayEnvironment } from "@drumline/replay";

import { type Dice, diceOf } from "../dice.ts";
import {
  type MadePlan,
  type NewPlanKind,
  planCancellation,
  type PlanChangeKind,
  planPlanChange,
  toMadePlan,
} from "./cancellations.ts";
import type { LateWebhooks } from "./late-webhooks.ts";
import { loadOrdersWithPackages } from "./observed.sql.ts";
import { type OrderChangeKind, planOrderChange } from "./order-changes.ts";
import type { LifeEvent } from "./plan-life.ts";
import type { WireItem, WireOrder } from "./wire.ts";

/** Something that life did to an order, for whoever asks later what happened to it. */
export interface LifeAction {
  readonly at: Date;
  /** Null: to no order. */
  readonly order: string | null;
  readonly what: string;
}

/** What Omnitron's people and the inventory engine do, event by event. */
export interface News {
  /** Everything that is due; true when nothing is left. Orders up to that count are there. */
  play(at: Date, due: readonly LifeEvent[], visible: number): Promise<void>;
  readonly waiting: number;
  /** How often which kind came about, and how often none was found to whom it could happen. */
  readonly counts: Readonly<Record<string, number>>;
  readonly actions: readonly LifeAction[];
  /** The stock that was said comes back, but for a tenth of it. */
  calmStock(): Promise<void>;
}

/** After so many steps in which it could happen to nobody, an event is dropped. */
const MOST_TRIES = 12;
const CANDIDATES = 40;
/** The share of changes that meet an order which was changed before. */
const TOUCHED_SHARE = 0.35;
const FIRST_PLAN_PK = 900_000_000;
const FIRST_ITEM_PK = 800_000_000;

const OF_CHANGED = new Set<string>(["item put back", "order status back", "item status back", "overlapping"]);
const PACKAGES_OF: Readonly<Record<string, readonly string[]>> = {
  "items of packed packages": ["PACKED"],
  refund: ["SHIPPED", "READY_FOR_PICKUP", "ATTEMPTED_DELIVERY", "DELIVERED"],
};

export function createNews(
  { sandbox, db }: Pick<ReplayEnvironment, "sandbox" | "db">,
  { seed, numbers, webhooks }: { seed: number; numbers: readonly string[]; webhooks: LateWebhooks },
): News {
  const seen = new Map<string, WireOrder>();
  const everHad = new Map<string, Map<number, WireItem>>();
  const touched = new Set<string>();
  const said = new Map<string, { sku: string; erp_code: string }>();
  const counts: Record<string, number> = {};
  const actions: LifeAction[] = [];
  let waiting: { event: LifeEvent; tries: number }[] = [];

  const remember = (order: WireOrder): WireOrder => {
    seen.set(order.number, order);
    const had = everHad.get(order.number) ?? new Map<number, WireItem>();
    for (const item of order.orderitem_set) had.set(item.pk, item);
    everHad.set(order.number, had);
    return order;
  };
  const look = async (number: string) => seen.get(number) ?? remember((await sandbox.order(number)) as WireOrder);

  async function findCandidates({ kind }: LifeEvent, dice: Dice, visible: number): Promise<string[]> {
    const states = PACKAGES_OF[kind];
    const known = dice.shuffle([...touched].toSorted());
    if (states !== undefined) return dice.shuffle(await loadOrdersWithPackages(db, states)).slice(0, CANDIDATES);
    if (OF_CHANGED.has(kind)) return known.slice(0, CANDIDATES);
    const any = Array.from({ length: CANDIDATES }, () => numbers[Math.floor(dice.roll() * visible)]!);
    return dice.roll() < TOUCHED_SHARE ? [...known.slice(0, 5), ...any] : any;
  }

  async function changeOrder(event: LifeEvent, dice: Dice, { at, visible }: Moment): Promise<boolean> {
    const offers = (await Promise.all(numbers.slice(0, Math.min(visible, 60)).map(look))).flatMap(
      ({ orderitem_set }) => orderitem_set,
    );
    for (const number of await findCandidates(event, dice, visible)) {
      const order = await look(number);
      const material = { everHad: [...everHad.get(number)!.values()], offers, freePk: FIRST_ITEM_PK + event.no };
      const patch = planOrderChange(event.kind as OrderChangeKind, order, dice, material);
      if (patch === null) continue;
      const changed = remember((await sandbox.changeOrder(number, patch)) as WireOrder);
      note(at, number, `Omnitron: ${event.kind}: ${describe(order, changed)}`);
      webhooks.add("order", changed, dice);
      return true;
    }
    return false;
  }

  async function makePlan(event: LifeEvent, dice: Dice, { at, visible }: Moment): Promise<boolean> {
    for (const number of await findCandidates(event, dice, visible)) {
      const wish = planCancellation(event.kind as NewPlanKind, await look(number), dice);
      if (wish === null) continue;
      await put(FIRST_PLAN_PK + event.no, wish, { at, dice, kind: event.kind });
      return true;
    }
    return false;
  }

  async function changePlan(event: LifeEvent, dice: Dice, { at }: Moment): Promise<boolean> {
    const made = (await sandbox.cancellations()).map(toMadePlan).toSorted((left, right) => left.pk - right.pk);
    for (const plan of dice.shuffle<MadePlan>(made)) {
      const wish = planPlanChange(event.kind as PlanChangeKind, plan, await look(plan.order), dice);
      if (wish === null) continue;
      await put(plan.pk, wish, { at, dice, kind: event.kind });
      return true;
    }
    return false;
  }

  async function put(pk: number, wish: CancellationWish, { at, dice, kind }: { at: Date; dice: Dice; kind: string }) {
    const plan = await sandbox.putCancellation(pk, wish);
    const units = wish.items.map(({ order_item_pk, quantity }) => `${quantity} of ${order_item_pk}`).join(", ");
    note(at, wish.order, `Omnitron: plan ${pk} (${kind}): ${wish.plan_type}, ${wish.status}, ${units}`);
    webhooks.add("plan", plan, dice);
  }

  async function changeStock({ kind }: LifeEvent, dice: Dice, { at, visible }: Moment): Promise<boolean> {
    if (kind === "stock back") {
      const [key, place] = dice.pick([...said]) ?? [];
      if (key === undefined || place === undefined) return false;
      said.delete(key);
      await sandbox.setStock([{ ...place, quantity: null }]);
      note(at, null, `stock of ${place.sku} at ${place.erp_code} is back`);
      return true;
    }
    const order = await look(numbers[Math.floor(dice.roll() * visible)]!);
    if (order.orderitem_set.length === 0) return false;
    const { product, attributes_kwargs: attributes } = dice.pick(order.orderitem_set);
    const place = { sku: product.sku, erp_code: String(attributes["seller"]) };
    said.set(`${place.sku} ${place.erp_code}`, place);
    const quantity = dice.pick([0, 0, 1, 2, 3]);
    await sandbox.setStock([{ ...place, quantity }]);
    note(at, null, `stock of ${place.sku} at ${place.erp_code} is ${quantity}`);
    return true;
  }

  function note(at: Date, order: string | null, what: string): void {
    if (order !== null) touched.add(order);
    actions.push({ at, order, what });
  }

  const AREAS = { order: changeOrder, plan: makePlan, "plan change": changePlan, stock: changeStock };
  return {
    get waiting() {
      return waiting.length;
    },
    counts,
    actions,
    play: async (at, due, visible) => {
      waiting.push(...due.map((event) => ({ event, tries: 0 })));
      if (visible === 0) return;
      const left: typeof waiting = [];
      for (const { event, tries } of waiting) {
        const isDone = await AREAS[event.area](event, diceOf(seed, "event", event.no, tries), { at, visible });
        if (!isDone && tries < MOST_TRIES) left.push({ event, tries: tries + 1 });
        else count(counts, isDone ? event.kind : `${event.kind} (nobody found)`);
      }
      waiting = left;
    },
    calmStock: async () => {
      const back = [...said.values()].filter((_, index) => index % 10 !== 0);
      await sandbox.setStock(back.map((place) => ({ ...place, quantity: null })));
    },
  };
}

interface Moment {
  readonly at: Date;
  readonly visible: number;
}

const count = (counts: Record<string, number>, key: string): void => void (counts[key] = (counts[key] ?? 0) + 1);

/** What is different, in few words. */
function describe(before: WireOrder, after: WireOrder): string {
  const fields = (["status", "shipping_option_slug"] as const)
    .filter((field) => before[field] !== after[field])
    .map((field) => `${field} ${before[field]} → ${after[field]}`);
  const pks = [...new Set([...before.orderitem_set, ...after.orderitem_set].map(({ pk }) => pk))];
  const items = pks.flatMap((pk) => {
    const [was, is] = [before, after].map(({ orderitem_set }) => toWords(orderitem_set.find((item) => item.pk === pk)));
    return was === is ? [] : [`item ${pk}: ${was} → ${is}`];
  });
  return [...fields, ...items].join("; ") || "address";
}

const toWords = (item: WireItem | undefined): string =>
  item === undefined ? "none" : `${item.quantity} × ${item.product.sku} at ${item.price}, ${item.status}`;
