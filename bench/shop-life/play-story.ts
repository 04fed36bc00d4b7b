import { MINUTE_MS } from "@drumline/core/clock";
import {
  confirmSubscription,
  type NewMovement,
  readUnsubscribeToken,
  recordMovements,
  restoreCart,
  SANDBOX_LINK_KEY,
  saveCart,
  saveCheckout,
  subscribe,
  unsubscribe,
} from "@drumline/shop/commands";

import type { Journal } from "./journal.ts";
import type { MailSeen } from "./outside.ts";
import type { Act, PlannedCart, PlannedMovement } from "./plan-story.ts";
import {
  type Played,
  playAttempt,
  playDispute,
  playEnd,
  playOpen,
  playOrder,
  playPack,
  playPay,
  playRefund,
  playReturn,
  playUnpack,
  settle,
  type Stage,
  twice,
} from "./play-orders.ts";

/** One step of a story: all acts whose time has come, one after the other. @returns those that must come again */
export async function playStory(
  stage: Stage,
  journal: Journal,
  { acts, from }: { readonly acts: readonly Act[]; readonly from: Date },
): Promise<Act[]> {
  const again: Act[] = [];
  await settle(stage, journal);
  for (const act of acts) {
    try {
      if ((await playAct(stage, journal, act, from)) === "AGAIN") again.push(act);
    } catch (error) {
      journal.errors.push(`${act.kind} ${JSON.stringify(act)}: ${String(error)}`);
    }
  }
  return again;
}

async function playAct(stage: Stage, journal: Journal, act: Act, from: Date): Promise<Played> {
  switch (act.kind) {
    case "open":
      return await playOpen(stage, journal, act);
    case "order":
      return await playOrder(stage, journal, act);
    case "attempt":
      return await playAttempt(stage, journal, act);
    case "pay":
      return await playPay(stage, journal, act);
    case "end":
      return await playEnd(stage, journal, act);
    case "return":
      return await playReturn(stage, journal, act);
    case "refund":
      return await playRefund(stage, journal, act);
    case "dispute":
      return await playDispute(stage, journal, act);
    case "pack":
      return await playPack(stage, journal, act);
    case "unpack":
      return await playUnpack(stage, journal, act);
    case "cart":
      return await playCart(stage, journal, act.cart);
    case "move":
      return await playMovement(stage, journal, act.movement, from);
    case "subscribe":
      return await playSubscribe(stage, journal, act);
    case "confirm":
      return await followLink(stage, act.email, /\/shop\/confirm\?token=([\w-]+)/, async (token) => {
        await twice(async () => await confirmSubscription(stage.db, token, stage.now));
        journal.confirmed.add(act.email);
      });
    case "restore":
      return await followLink(stage, act.email, /\/shop\/restore\/([\w-]+)/, async (token) => {
        await twice(async () => await restoreCart(stage.db, token, stage.now));
        journal.restoredAt.set(act.email, stage.now);
      });
    case "unsubscribe":
      return await followLink(stage, act.email, /\/shop\/unsubscribe\?token=([\w.-]+)/, async (token) => {
        const read = readUnsubscribeToken(token, SANDBOX_LINK_KEY)!;
        await twice(async () => await unsubscribe(stage.db, read, stage.now));
        journal.unsubscribedAt.set(act.email, stage.now);
      });
  }
}

async function playCart({ db, now }: Stage, journal: Journal, cart: PlannedCart): Promise<Played> {
  const { reference, email, sku, hasConsent } = cart;
  const lines = [{ sku, title: `A ${sku}`, quantity: 1, priceMinor: 1_250n }];
  const news = { reference, customerReference: null, currency: "EUR", lines, lastActivityAt: now };
  const checkout = {
    reference: `${reference}-checkout`,
    cartReference: reference,
    step: "ADDRESS",
    email,
    name: "Ada Lovelace",
    phone: null,
    locale: "en",
    timeZone: null,
    shipTo: { city: "Amsterdam", country: "NL" },
    consent: hasConsent ? { at: now, text: "Remind me." } : null,
    lastActivityAt: now,
  } as const;
  await twice(async () => await saveCart(db, news, now));
  await twice(async () => await saveCheckout(db, checkout));
  journal.carts.set(reference, cart);
  return "DONE";
}

/** Told twice at once, and once more together with the one before it. */
async function playMovement(
  { db, now }: Stage,
  journal: Journal,
  planned: PlannedMovement,
  from: Date,
): Promise<Played> {
  const before = [...journal.movements.values()].at(-1);
  journal.movements.set(planned.reference, planned);
  const news = [planned, ...(before === undefined ? [] : [before])].map((each) => toMovement(each, from));
  await twice(async () => await recordMovements(db, news, now));
  return "DONE";
}

const toMovement = ({ sku, kind, pieces, reference, occurredAt }: PlannedMovement, from: Date): NewMovement => ({
  sku,
  kind: kind as NewMovement["kind"],
  pieces: BigInt(pieces),
  actor: "the warehouse",
  source: "shop-life",
  sourceRef: reference,
  occurredAt: new Date(from.getTime() + Math.round(occurredAt * MINUTE_MS)),
});

async function playSubscribe(
  { db, now }: Stage,
  journal: Journal,
  { email, sku }: Extract<Act, { kind: "subscribe" }>,
): Promise<Played> {
  const wanted = { sku, email, locale: "en", timeZone: null, consentText: "Tell me." };
  for (const { kind } of await twice(async () => await subscribe(db, wanted, { now, from: 1 })))
    if (kind !== "SUBSCRIBED") journal.errors.push(`${email} wants to be told of ${sku}: ${kind}`);
  journal.subscribed.add(email);
  return "DONE";
}

/** What a person does with the first mail that has such a link. */
async function followLink(
  { outside }: Stage,
  email: string,
  link: RegExp,
  follow: (token: string) => Promise<void>,
): Promise<Played> {
  const mails: readonly MailSeen[] = await outside.mailbox();
  const token = mails
    .filter(({ to }) => to.includes(email))
    .map(({ text }) => link.exec(text)?.[1])
    .find((found) => found !== undefined);
  if (token === undefined) return "AGAIN";
  await follow(token);
  return "DONE";
}
