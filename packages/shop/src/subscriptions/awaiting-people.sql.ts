import { Prisma, type Transaction } from "@drumline/db";

import { HOURS_A_PIECE_IS_HELD } from "./announce-stock.sql.ts";

/** Somebody who waits for a product, and what there is of it. */
export interface AwaitingPerson {
  readonly id: bigint;
  readonly status: string;
  readonly productId: bigint;
  readonly confirmedAt: Date | null;
  readonly email: string | null;
  readonly locale: string;
  readonly timeZone: string | null;
  readonly title: string;
  readonly priceMinor: bigint | null;
  readonly currency: string | null;
  readonly url: string | null;
  readonly available: bigint;
  /** Others who were told of this product lately and have not bought, and those of them who had confirmed before. */
  readonly toldOthers: readonly { readonly id: bigint; readonly isBefore: boolean }[];
}

/** With the subscriptions locked: an erasure either comes before and is seen, or comes after and finds the mail. */
export async function loadAwaitingPeople(
  tx: Transaction,
  ids: readonly bigint[],
  now: Date,
): Promise<ReadonlyMap<bigint, AwaitingPerson>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.$queryRaw<
    (Omit<AwaitingPerson, "toldOthers"> & { told: { id: string; isBefore: boolean }[] | null })[]
  >(Prisma.sql`
    WITH person AS MATERIALIZED (
      SELECT * FROM shop_stock_subscription WHERE id = ANY(${[...ids]}::bigint[]) ORDER BY id FOR NO KEY UPDATE)
    SELECT person.id, person.status::text, person.product_id AS "productId", person.confirmed_at AS "confirmedAt",
      person.email, person.locale, person.time_zone AS "timeZone", product.title, product.price_minor AS "priceMinor",
      product.currency, product.url, product.on_hand - product.reserved - product.safety AS available,
      (SELECT jsonb_agg(jsonb_build_object('id', other.id::text,
          'isBefore', (other.confirmed_at, other.id) < (person.confirmed_at, person.id)))
        FROM shop_stock_subscription other
        WHERE other.product_id = person.product_id AND other.status = 'NOTIFIED' AND other.id <> person.id
          AND other.notified_at > ${now}::timestamptz - make_interval(hours => ${HOURS_A_PIECE_IS_HELD})) AS told
    FROM person JOIN shop_product product ON product.id = person.product_id`);
  return new Map(
    rows.map(({ told, ...row }) => [
      row.id,
      { ...row, toldOthers: (told ?? []).map(({ id, isBefore }) => ({ id: BigInt(id), isBefore })) },
    ]),
  );
}
