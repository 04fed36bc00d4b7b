import { isStorable } from "@drumline/core/text";
import { type Database, Prisma } from "@drumline/db";

import type { ListedDispute, ObservedPayment } from "../gateways/payments/port.ts";
import type { AskedPayment } from "./ask-providers.ts";
import type { AttemptNow } from "./payment.ts";

/** A payment on record that its provider lists. */
export interface ListedPayment {
  readonly id: string;
  readonly providerId: string;
  readonly status: AttemptNow["status"];
}

/**
 * Which payments of a page are on record; they are marked as listed, unless `at` is null. One whose provider never answered
 * with an id is known by our reference, and has its id from here on.
 */
export async function markListed(
  db: Database,
  provider: string,
  page: readonly ObservedPayment[],
  at: Date | null,
): Promise<ListedPayment[]> {
  const rows = page
    .filter(({ providerId }) => isStorable(providerId))
    .map(({ providerId, reference }) => ({ providerId, reference: UUID.test(reference ?? "") ? reference : null }));
  const found = Prisma.sql`
    SELECT payment.id, listed."providerId", payment.status FROM shop_payment payment
    JOIN jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS listed("providerId" text, reference uuid)
      ON payment.provider = ${provider}
        AND (payment.provider_id = listed."providerId" OR (payment.provider_id IS NULL AND payment.id = listed.reference))`;
  if (at === null)
    return await db.$queryRaw<ListedPayment[]>(
      Prisma.sql`SELECT id, "providerId", status::text FROM (${found}) AS found`,
    );
  return await db.$queryRaw<ListedPayment[]>(Prisma.sql`
    WITH found AS MATERIALIZED (${found} ORDER BY payment.id FOR NO KEY UPDATE OF payment)
    UPDATE shop_payment payment SET listed_at = ${at}, provider_id = found."providerId",
      next_check_at = CASE WHEN payment.provider_id IS NULL THEN ${at} ELSE next_check_at END
    FROM found WHERE payment.id = found.id
    RETURNING payment.id, payment.provider_id AS "providerId", payment.status::text`);
}

/** Disputes of payments on record that are not on record themselves, or in another state. */
export async function findNewDisputes(
  db: Database,
  provider: string,
  page: readonly ListedDispute[],
): Promise<{ readonly paymentId: string; readonly dispute: ListedDispute["dispute"] }[]> {
  const rows = page.map(({ paymentProviderId, dispute }, place) => ({
    place,
    paymentProviderId,
    providerId: dispute.providerId,
    status: dispute.status,
  }));
  const found = await db.$queryRaw<{ place: number; paymentId: string }[]>(Prisma.sql`
    SELECT listed.place, payment.id AS "paymentId"
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS listed(place int, "paymentProviderId" text, "providerId" text, status shop_dispute_status)
    JOIN shop_payment payment ON payment.provider = ${provider} AND payment.provider_id = listed."paymentProviderId"
    LEFT JOIN shop_dispute dispute ON dispute.provider = ${provider} AND dispute.provider_id = listed."providerId"
    WHERE dispute.status IS DISTINCT FROM listed.status
    ORDER BY listed.place`);
  return found.map(({ place, paymentId }) => ({ paymentId, dispute: page[place]!.dispute }));
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Payments of a time that their provider did not list since `startedAt`, by id after `afterId`. */
export async function loadUnlisted(
  db: Database,
  {
    provider,
    since,
    until,
    startedAt,
    afterId,
    limit,
  }: { provider: string; since: Date; until: Date; startedAt: Date; afterId: string | null; limit: number },
): Promise<AskedPayment[]> {
  return await db.$queryRaw<AskedPayment[]>(Prisma.sql`
    SELECT id, provider, provider_id AS "providerId", failed_checks AS "failedChecks", false AS "hasOpenRefunds",
      false AS "isUnwanted"
    FROM shop_payment
    WHERE provider = ${provider} AND created_at BETWEEN ${since} AND ${until} AND provider_id IS NOT NULL
      AND (listed_at IS NULL OR listed_at < ${startedAt}) AND (${afterId}::uuid IS NULL OR id > ${afterId}::uuid)
    ORDER BY id LIMIT ${limit}`);
}
