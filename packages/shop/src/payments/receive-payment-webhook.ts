import { isStorable } from "@drumline/core/text";
import { type Database, Prisma, type Transaction } from "@drumline/db";

import { UnreadableWebhook } from "../gateways/payments/errors.ts";
import type { PaymentGateway, PaymentHint } from "../gateways/payments/port.ts";
import { applyInTransaction, type Sighting } from "./apply-provider-state.ts";
import { type Hint, keepHints, wakeHinted } from "./hints.sql.ts";
import { toObservedJson } from "./observed-json.ts";

const LONGEST_ID = 255;

export interface ReceivedWebhook {
  /** Payments that are due to be asked at once. */
  readonly due: number;
  /** Payments that no row knows yet: kept for a day. */
  readonly kept: number;
}

/**
 * Stores what a webhook says and asks nobody: what it names is due at once, what a signed one of a provider that cannot be
 * asked tells is applied. Doing it twice changes nothing.
 * @throws {UnreadableWebhook} and {BadSignature}, with nothing stored
 */
export async function receivePaymentWebhook(
  db: Database,
  gateway: PaymentGateway,
  { body, headers }: { readonly body: Buffer; readonly headers: Readonly<Record<string, string | undefined>> },
  at: Date,
): Promise<ReceivedWebhook> {
  const hints = gateway.parseWebhook(body, headers, at);
  const bad = hints.find(({ providerId }) => providerId.length > LONGEST_ID || !isStorable(providerId));
  if (bad !== undefined) throw new UnreadableWebhook(gateway.provider, "its id is none that can be stored");
  const toAsk = hints.filter((hint) => !tells(hint)).map((hint) => toHint(gateway, hint));
  const telling = hints.filter(tells);
  return await db.$transaction(async (tx) => {
    const known = await wakeHinted(tx, toAsk, at);
    const isKnown = new Set(known.map(({ providerId }) => providerId));
    const payments = await loadPaymentIds(
      tx,
      telling.map((hint) => toHint(gateway, hint)),
    );
    await applyInTransaction(
      tx,
      telling.flatMap((hint) => toSighting(hint, payments.get(hint.providerId))),
      at,
      null,
    );
    const unknown = [
      ...toAsk
        .filter(({ providerId }) => !isKnown.has(providerId))
        .map((hint) => ({ ...hint, observed: null, moneyBack: { refunds: [], disputes: [] } })),
      ...telling
        .filter(({ providerId }) => !payments.has(providerId))
        .map((hint) => ({
          ...toHint(gateway, hint),
          observed: hint.observed === null ? null : toObservedJson(hint.observed),
          moneyBack: { refunds: hint.refunds ?? [], disputes: hint.disputes ?? [] },
        })),
    ];
    await keepHints(tx, unknown, at);
    return { due: known.length, kept: unknown.length };
  });
}

const toHint = ({ provider }: PaymentGateway, { providerId }: PaymentHint): Hint => ({ provider, providerId });

/** The word of a provider that cannot be asked is all there is. */
const tells = ({ observed, refunds, disputes }: PaymentHint): boolean =>
  observed !== null || refunds !== undefined || disputes !== undefined;

function toSighting({ observed, refunds, disputes }: PaymentHint, paymentId: string | undefined): Sighting[] {
  if (paymentId === undefined) return [];
  const source = "WEBHOOK" as const;
  return [
    ...(observed === null ? [] : [{ paymentId, source, seen: { kind: "PAYMENT" as const, observed } }]),
    ...(refunds === undefined && disputes === undefined
      ? []
      : [{ paymentId, source, seen: { kind: "MONEY_BACK" as const, refunds: refunds ?? [], disputes } }]),
  ];
}

async function loadPaymentIds(tx: Transaction, hints: readonly Hint[]): Promise<Map<string, string>> {
  const rows = await tx.$queryRaw<{ id: string; providerId: string }[]>(Prisma.sql`
    SELECT id, payment.provider_id AS "providerId" FROM shop_payment payment
    JOIN jsonb_to_recordset(${JSON.stringify(hints)}::jsonb) AS hint(provider text, "providerId" text)
      ON payment.provider = hint.provider AND payment.provider_id = hint."providerId"`);
  return new Map(rows.map(({ id, providerId }) => [providerId, id]));
}
