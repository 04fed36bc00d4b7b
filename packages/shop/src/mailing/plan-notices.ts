import { isMailAddress } from "@drumline/outbound/mail";

import type { LeadStop } from "../leads/index.ts";
import { toTimeZone } from "../people/time-zone.ts";
import { planBackInStock } from "../subscriptions/plan-back-in-stock.ts";
import type { NoticeFacts } from "./notice-facts.ts";
import { endOfQuiet, type QuietHours } from "../notifications/quiet-hours.ts";
import { MARKETING_NOTICES, NOTICE_KINDS, type NoticeKind, ORDER_NOTICES } from "../notifications/save-notices.sql.ts";

export type NoticeDecision =
  | { readonly kind: "MAIL" }
  | { readonly kind: "WAIT"; readonly until: Date }
  | { readonly kind: "SUPERSEDED"; readonly reason: string; readonly consequence?: Consequence }
  | { readonly kind: "FAILED"; readonly reason: string };

/** What follows for whoever waited: they wait on, or no longer; or a lead has ended. */
export type Consequence = "WAIT_ON" | "UNSUBSCRIBED" | { readonly leadStop: LeadStop };

export interface NoticeTerms {
  readonly now: Date;
  readonly shopQuietHours: QuietHours | null;
  readonly shopTimeZone: string;
  readonly shopBackInStockFrom: number;
  /** These have their mail, and are looked at once more before it is sent. */
  readonly isSecondLook?: boolean;
}

/** What becomes of each, in their order. */
export function planNotices(facts: readonly NoticeFacts[], terms: NoticeTerms): NoticeDecision[] {
  const served = planServed(facts, terms);
  return facts.map((one) => planNotice(one, served, terms));
}

function planNotice(facts: NoticeFacts, served: ReadonlySet<bigint>, terms: NoticeTerms): NoticeDecision {
  const { notice, addressee } = facts;
  const kind = NOTICE_KINDS.find((name) => name === notice.kind);
  if (kind === undefined)
    return failed(`no mail is written of kind "${notice.kind}"; expected ${NOTICE_KINDS.join(", ")}`);
  if (isOf(ORDER_NOTICES, kind) && facts.mail.order === undefined) return failed("it names no order");
  if (kind === "refunded" && facts.mail.refund === undefined)
    return failed('its detail names no refund; expected {"amountMinor": "1250", "currency": "EUR"}');
  if (facts.leadStop !== null) return superseded(`the lead: ${facts.leadStop}`, { leadStop: facts.leadStop });
  if (addressee === null || addressee.email === null) return superseded("there is nobody to write to");
  if (!isMailAddress(addressee.email)) return superseded("the address is none that mail can be sent to");
  const list = listsAgainst(kind).find((name) => facts.suppressedLists.has(name));
  if (list !== undefined)
    return superseded(`the address is on the list of those to leave alone: ${list}`, "UNSUBSCRIBED");
  return planByState(kind, facts, served) ?? planByHour(kind, addressee.timeZone, terms);
}

/** Null where the state of what it is about speaks against nothing. */
function planByState(kind: NoticeKind, facts: NoticeFacts, served: ReadonlySet<bigint>): NoticeDecision | null {
  const { awaiting, orderStatus } = facts;
  if (kind === "confirm-subscription")
    return awaiting?.status === "PENDING" ? null : superseded("the subscription waits for no confirmation");
  if (kind === "back-in-stock") {
    if (awaiting?.status !== "NOTIFIED") return superseded("the subscription is over");
    return served.has(awaiting.id) ? null : superseded("what is in stock serves no more people", "WAIT_ON");
  }
  if (kind === "confirmed" && orderStatus === "CANCELLED") return superseded("the order is cancelled");
  const later = findLater(kind, facts);
  return later === null ? null : superseded(`older than what is known since: ${later}`);
}

/** How far a parcel is; a late word of an earlier step is not told any more. */
const STEPS: readonly string[] = ["packed", "shipped", "delivered"] satisfies NoticeKind[];
const LAST_WORDS = new Set(["RETURNED", "LOST", "CANCELLED"]);

function findLater(kind: NoticeKind, { orderStatus, parcelStatus, otherKinds }: NoticeFacts): string | null {
  const step = STEPS.indexOf(kind);
  if (step < 0) return null;
  const status = parcelStatus ?? orderStatus ?? "";
  if (LAST_WORDS.has(status) || STEPS.indexOf(status.toLowerCase()) > step) return status;
  return otherKinds.find((other) => STEPS.indexOf(other) > step) ?? null;
}

function planByHour(kind: NoticeKind, timeZone: string | null, terms: NoticeTerms): NoticeDecision {
  const until = isOf(MARKETING_NOTICES, kind)
    ? endOfQuiet(terms.shopQuietHours, terms.now, toTimeZone(timeZone, terms.shopTimeZone))
    : null;
  return until === null ? { kind: "MAIL" } : { kind: "WAIT", until };
}

/** Subscriptions for whom there is a piece by now, those who confirmed longest ago first. */
function planServed(facts: readonly NoticeFacts[], terms: NoticeTerms): ReadonlySet<bigint> {
  const people = facts.flatMap(({ notice, awaiting }) =>
    notice.kind === "back-in-stock" && awaiting?.status === "NOTIFIED" ? [awaiting] : [],
  );
  const served = new Set<bigint>();
  for (const productId of new Set(people.map((person) => person.productId))) {
    const waiting = people
      .filter((person) => person.productId === productId)
      .toSorted((a, b) => Number(a.confirmedAt ?? 0) - Number(b.confirmedAt ?? 0) || Number(a.id - b.id));
    const here = new Set(waiting.map(({ id }) => id));
    // Looked at one by one, each counts those before it alone: else all would step back for each other.
    const told = waiting[0]!.toldOthers.filter(({ id, isBefore }) => (terms.isSecondLook ? isBefore : !here.has(id)));
    const product = { available: waiting[0]!.available, told: told.length, waiting };
    for (const { id } of planBackInStock(product, terms.shopBackInStockFrom)) served.add(id);
  }
  return served;
}

/** Lists that speak against a mail of this kind. Mail about an order stops only where nothing arrives any more. */
function listsAgainst(kind: NoticeKind): readonly string[] {
  if (kind === "reminder") return ["reminders", "*", "orders"];
  if (kind === "back-in-stock") return ["back-in-stock", "*", "orders"];
  // Who left the list may ask anew, and is asked whether it was them.
  if (kind === "confirm-subscription") return ["*", "orders"];
  return ["orders"];
}

const isOf = (kinds: readonly NoticeKind[], kind: NoticeKind): boolean => kinds.includes(kind);
const failed = (reason: string): NoticeDecision => ({ kind: "FAILED", reason });
const superseded = (reason: string, consequence?: Consequence): NoticeDecision => ({
  kind: "SUPERSEDED",
  reason,
  ...(consequence === undefined ? {} : { consequence }),
});
