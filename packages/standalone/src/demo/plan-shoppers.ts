import { MINUTE_MS, SECOND_MS } from "@drumline/core/clock";

import { AMSTERDAM, DEMO_PRODUCTS, type DemoProduct, ISTANBUL, LODZ } from "./demo-shop.ts";

/** One shopper comes in each. */
export const SHOPPER_EVERY_MS = 15 * SECOND_MS;
/** The poll asks two minutes after a payment was made. */
export const PACKED_AFTER = 3 * MINUTE_MS;
export const CONFIRMS_MAIL_AFTER = MINUTE_MS;
export const SENT_BACK_AFTER = 10 * MINUTE_MS;
/** Goods come in, and the first buyer of what was sold out comes a little later. */
export const RESTOCKED_EVERY = 20 * MINUTE_MS;

/** What a shopper of the demonstration does; all close the browser in the end. */
export type Visit =
  /** Pays, at the first or second try. */
  | "BUYS"
  | "TRIES_TWICE"
  /** Goes to the page to pay, and no further. */
  | "NEVER_PAYS"
  | "LEAVES_WITH_CONSENT"
  | "LEAVES"
  | "WAITS_FOR_STOCK";

export interface Shopper {
  /** Of the quarter of a minute in which it comes, counted from 1970: no later start counts it again. */
  readonly no: number;
  readonly visit: Visit;
  readonly email: string;
  readonly name: string;
  readonly locale: string;
  readonly timeZone: string;
  readonly shipTo: Readonly<Record<string, string>>;
  readonly product: DemoProduct;
  readonly quantity: number;
  readonly provider: "mollie" | "stripe";
  /** Else only the poll finds out that it was paid. */
  readonly hasWebhook: boolean;
  readonly sendsBack: boolean;
}

const PEOPLE = [
  { name: "Ada", locale: "en", timeZone: "Europe/London", shipTo: AMSTERDAM },
  { name: "Bram", locale: "nl", timeZone: "Europe/Amsterdam", shipTo: AMSTERDAM },
  { name: "Ceyda", locale: "tr", timeZone: "Europe/Istanbul", shipTo: ISTANBUL },
  { name: "Dorota", locale: "en", timeZone: "Europe/Warsaw", shipTo: LODZ },
  { name: "Emma", locale: "nl", timeZone: "Europe/Amsterdam", shipTo: AMSTERDAM },
] as const;
/** Of each name, so that customers, leads and subscriptions do not become more for ever. */
const NAMESAKES = 12;

/** Of a hundred shoppers. */
const VISITS: readonly (readonly [Visit, number])[] = [
  ["BUYS", 50],
  ["TRIES_TWICE", 10],
  ["NEVER_PAYS", 8],
  ["LEAVES_WITH_CONSENT", 12],
  ["LEAVES", 8],
  ["WAITS_FOR_STOCK", 12],
];

const IN_STOCK = DEMO_PRODUCTS.filter(({ pieces }) => pieces > 0);
export const SOLD_OUT = DEMO_PRODUCTS.find(({ pieces }) => pieces === 0)!;
/** More than half of the waiting are told of in one go, and less than all. */
export const SOLD_OUT_PIECES = 3;

export const shopperNoAt = (now: Date): number => Math.floor(now.getTime() / SHOPPER_EVERY_MS);
export const arrivalOf = (no: number): Date => new Date(no * SHOPPER_EVERY_MS);
export const shoppersIn = (ms: number): number => Math.round(ms / SHOPPER_EVERY_MS);

/** The same number and seed are the same shopper, on every machine. */
export function planShopper(no: number, seed: number): Shopper {
  const dice = rollsOf(no, seed);
  const person = PEOPLE[dice.below(PEOPLE.length)]!;
  const email = `${person.name.toLowerCase()}.${1 + dice.below(NAMESAKES)}@example.com`;
  // Somebody buys what came in, so that it is sold out again.
  const isAfterRestock = no % shoppersIn(RESTOCKED_EVERY) === shoppersIn(PACKED_AFTER);
  const quantity = 1 + dice.below(2);
  return {
    ...person,
    no,
    email,
    visit: isAfterRestock ? "BUYS" : visitOf(dice.below(100)),
    product: isAfterRestock ? SOLD_OUT : IN_STOCK[dice.below(IN_STOCK.length)]!,
    quantity: isAfterRestock ? SOLD_OUT_PIECES : quantity,
    provider: dice.below(3) === 0 ? "stripe" : "mollie",
    hasWebhook: dice.below(2) === 0,
    sendsBack: dice.below(5) === 0,
  };
}

function visitOf(roll: number): Visit {
  let below = 0;
  for (const [visit, share] of VISITS) {
    below += share;
    if (roll < below) return visit;
  }
  return "LEAVES";
}

/** Numbers that look random, each from its own hash (murmur3's finish). */
function rollsOf(no: number, seed: number): { below(limit: number): number } {
  let roll = 0;
  return {
    below: (limit) => {
      roll += 1;
      let hash = Math.imul(no, 0x9e3779b1) ^ Math.imul(seed + 1, 0x85ebca6b) ^ Math.imul(roll, 0xc2b2ae35);
      hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
      hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
      return ((hash ^ (hash >>> 16)) >>> 0) % limit;
    },
  };
}
