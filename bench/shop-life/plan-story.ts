import { type Dice, diceOf } from "../dice.ts";

/** Something that a shopper, the shop or its warehouse does. `at` is in minutes since the story began. */
export type Act = { readonly at: number } &
  /** `open`: its payment is made at the provider; `order`: the shop tells of it. */
  (
    | { readonly kind: "open" | "order"; readonly order: PlannedOrder }
    | { readonly kind: "attempt"; readonly order: string; readonly method: string }
    | { readonly kind: "pay"; readonly order: string; readonly attempt: number; readonly moreMinor: number }
    | { readonly kind: "end"; readonly order: string; readonly attempt: number; readonly as: "failed" | "canceled" }
    | { readonly kind: "return"; readonly order: string; readonly attempt: number }
    | { readonly kind: "refund"; readonly order: string; readonly cause: string; readonly minor: number | null }
    | { readonly kind: "dispute"; readonly order: string; readonly endsAs: "reversed" | "lost" }
    | { readonly kind: "pack"; readonly order: string; readonly parcel: string; readonly carrier: string }
    | { readonly kind: "unpack"; readonly parcel: string }
    | { readonly kind: "cart"; readonly cart: PlannedCart }
    | { readonly kind: "restore" | "unsubscribe" | "confirm"; readonly email: string }
    | { readonly kind: "subscribe"; readonly email: string; readonly sku: string }
    | { readonly kind: "move"; readonly movement: PlannedMovement }
  );

export interface PlannedOrder {
  readonly reference: string;
  readonly email: string;
  readonly cart: string | null;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  readonly totalMinor: number;
  readonly method: string;
  /** Minutes after it was placed. */
  readonly payWithin: number;
}

export interface PlannedCart {
  readonly reference: string;
  readonly email: string;
  readonly sku: string;
  readonly hasConsent: boolean;
}

export interface PlannedMovement {
  readonly sku: string;
  readonly kind: string;
  readonly pieces: number;
  readonly reference: string;
  /** Minutes since the story began; seldom when it is told. */
  readonly occurredAt: number;
}

export interface Story {
  readonly seed: number;
  readonly prefix: string;
  readonly skus: readonly string[];
  /** Of which there is none at first, and people wait for it. */
  readonly rareSku: string;
  readonly acts: readonly Act[];
}

const PEOPLE = [
  "pays",
  "pays and closes the browser",
  "pays and closes the browser",
  "pays twice",
  "pays late",
  "pays another amount",
  "wants money back",
  "wants part of it back",
  "disputes",
  "fails, then pays",
  "never pays",
  "pays before the shop tells",
] as const;
type Person = (typeof PEOPLE)[number];

const KINDS = ["RECEIVED", "FOUND", "RETURNED_SELLABLE", "RETURNED_UNSELLABLE", "LOST", "DAMAGED", "DEFECTIVE"];
const CARRIERS = ["postnl", "dhl"];
const METHODS = ["ideal", "paypal", "banktransfer"];
const MOVEMENTS = 24;
const LAST_NEWS = 540;

/** All that happens to one shop in one story, out of its seed alone. Pure. */
export function planStory(seed: number): Story {
  const prefix = `s${seed}-`;
  const skus = ["a", "b", "c"].map((name) => `${prefix}${name}`);
  const rareSku = `${prefix}rare`;
  const dice = diceOf("shop-life", seed);
  const people: Person[] = [...PEOPLE, dice.pick(PEOPLE), dice.pick(PEOPLE)];
  const acts = [
    ...people.flatMap((person, no) => planPerson(person, `${prefix}o${no}`, skus, diceOf("person", seed, no))),
    ...planCarts(prefix, skus, diceOf("carts", seed)),
    ...planWaiting(prefix, rareSku, diceOf("waiting", seed)),
    ...planMovements(prefix, skus, diceOf("movements", seed)),
  ];
  return { seed, prefix, skus, rareSku, acts: acts.toSorted((one, other) => one.at - other.at) };
}

const until = (dice: Dice, least: number, most: number): number => Math.round(least + dice.roll() * (most - least));

function planPerson(person: Person, reference: string, skus: readonly string[], dice: Dice): Act[] {
  const at = until(dice, 1, 300);
  const lines = dice
    .shuffle(skus)
    .slice(0, until(dice, 1, 2))
    .map((sku) => ({ sku, quantity: until(dice, 1, 3) }));
  const order: PlannedOrder = {
    reference,
    email: `${reference}@example.com`,
    cart: null,
    lines,
    totalMinor: until(dice, 500, 90_000),
    method: person === "pays late" ? "ideal" : dice.pick(METHODS),
    payWithin: until(dice, 60, 180),
  };
  // One that is open for a quarter of an hour is paid within it.
  const paidAt = at + (order.method === "ideal" ? 0 : until(dice, 0, 40));
  const toldAt = person === "pays before the shop tells" ? paidAt + until(dice, 1, 60) : at;
  const placed: Act[] = [
    { at, kind: "open", order },
    { at: toldAt, kind: "order", order },
  ];
  const pay = (when: number, attempt = 0, moreMinor = 0): Act => {
    const paying = { kind: "pay", order: reference, attempt, moreMinor } as const;
    return { at: when, ...paying };
  };
  const goes = [...placed, pay(paidAt), ...planParcels(reference, paidAt, dice)];
  const later = until(dice, 60, 240);
  switch (person) {
    case "pays":
      return [...goes, { at: paidAt + 1, kind: "return", order: reference, attempt: 0 }];
    case "pays and closes the browser":
    case "pays before the shop tells":
      return goes;
    case "pays twice":
      return [
        ...goes,
        { at: at + 1, kind: "attempt", order: reference, method: "paypal" },
        pay(paidAt + until(dice, 1, 60), 1),
      ];
    case "pays late":
      return [...placed, pay(at + order.payWithin + until(dice, 30, 240))];
    case "pays another amount":
      return [...placed, pay(paidAt, 0, dice.pick([-100, 100, 1, 10_000]))];
    case "wants money back":
      return [...goes, { at: at + later, kind: "refund", order: reference, cause: "return-1", minor: null }];
    case "wants part of it back":
      return [
        ...goes,
        { at: at + later, kind: "refund", order: reference, cause: "return-1", minor: 123 },
        { at: at + later, kind: "refund", order: reference, cause: "return-2", minor: 77 },
      ];
    case "disputes":
      return [
        ...goes,
        { at: at + later, kind: "dispute", order: reference, endsAs: dice.pick(["reversed", "lost"] as const) },
      ];
    case "fails, then pays":
      return [
        ...placed,
        { at: at + 1, kind: "end", order: reference, attempt: 0, as: dice.pick(["failed", "canceled"] as const) },
        { at: at + 3, kind: "attempt", order: reference, method: "paypal" },
        pay(at + until(dice, 4, 50), 1),
      ];
    case "never pays":
      return placed;
  }
}

/** One parcel or two; every third one is taken back, mostly while its label is being bought, and packed anew. */
function planParcels(order: string, paidAt: number, dice: Dice): Act[] {
  if (dice.roll() < 0.2) return [];
  return Array.from({ length: until(dice, 1, 2) }, (_, no): Act[] => {
    const at = paidAt + until(dice, 30, 200);
    const parcel = `${order}-p${no}`;
    const pack = { kind: "pack", order, carrier: dice.pick(CARRIERS) } as const;
    if (dice.roll() > 0.35) return [{ at, ...pack, parcel }];
    return [
      { at, ...pack, parcel },
      { at: at + until(dice, 0, 30), kind: "unpack", parcel },
      { at: at + until(dice, 31, 60), ...pack, parcel: `${parcel}-again` },
    ];
  }).flat();
}

function planCarts(prefix: string, skus: readonly string[], dice: Dice): Act[] {
  const put = (name: string, hasConsent = true): PlannedCart => {
    const reference = `${prefix}${name}`;
    return { reference, email: `${reference}@example.com`, sku: dice.pick(skus), hasConsent };
  };
  const at = () => until(dice, 5, 90);
  const names = ["left", "bought", "unsubscribed", "restored", "paying"];
  const [left, bought, unsubscribed, restored, paying] = names.map((name) => put(name));
  const order = (cart: PlannedCart, isOfCart: boolean, method: string): PlannedOrder => ({
    reference: `${cart.reference}-o`,
    email: cart.email,
    cart: isOfCart ? cart.reference : null,
    lines: [{ sku: cart.sku, quantity: 1 }],
    totalMinor: until(dice, 500, 9_000),
    method,
    payWithin: 600,
  });
  const boughtAt = until(dice, 150, 480);
  return [
    ...[left!, bought!, unsubscribed!, restored!, put("silent", false)].map((cart): Act => ({
      at: at(),
      kind: "cart",
      cart,
    })),
    { at: boughtAt, kind: "order", order: order(bought!, false, "paypal") },
    { at: boughtAt + 5, kind: "pay", order: `${bought!.reference}-o`, attempt: 0, moreMinor: 0 },
    { at: 200, kind: "unsubscribe", email: unsubscribed!.email },
    { at: 200, kind: "restore", email: restored!.email },
    { at: 10, kind: "cart", cart: paying! },
    { at: 30, kind: "order", order: order(paying!, true, "banktransfer") },
    { at: until(dice, 200, 500), kind: "pay", order: `${paying!.reference}-o`, attempt: 0, moreMinor: 0 },
  ];
}

/** Three people wait for what comes in one to three pieces. */
function planWaiting(prefix: string, sku: string, dice: Dice): Act[] {
  const people = [0, 1, 2].flatMap((no): Act[] => {
    const email = `${prefix}waits${no}@example.com`;
    return [
      { at: until(dice, 5, 90), kind: "subscribe", email, sku },
      { at: 91, kind: "confirm", email },
    ];
  });
  const pieces = until(dice, 1, 3);
  const at = until(dice, 200, 400);
  const movement = { sku, kind: "RECEIVED", pieces, reference: `${prefix}rare`, occurredAt: at };
  return [...people, { at, kind: "move", movement }];
}

/** Up to two hours late, one in eight a count. */
function planMovements(prefix: string, skus: readonly string[], dice: Dice): Act[] {
  return Array.from({ length: MOVEMENTS }, (_, no): Act => {
    const isCount = dice.roll() < 1 / 8;
    const at = until(dice, 5, LAST_NEWS);
    const movement = {
      sku: dice.pick(skus),
      kind: isCount ? "COUNTED" : dice.pick(KINDS),
      pieces: isCount ? until(dice, 20, 80) : until(dice, 1, 5),
      reference: `${prefix}m${no}`,
      occurredAt: at - dice.roll() * 120,
    };
    return { at, kind: "move", movement };
  });
}
