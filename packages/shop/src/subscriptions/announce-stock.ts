import type { TaskContext } from "@drumline/core/task";
import type { Database } from "@drumline/db";

import { endOfQuiet, type QuietHours } from "../notifications/quiet-hours.ts";
import { saveNotices } from "../notifications/save-notices.sql.ts";
import { toTimeZone } from "../people/time-zone.ts";
import {
  loadAwaitedProductIds,
  loadAwaitedStock,
  lockAnnouncements,
  markNotified,
  type WaitingPerson,
} from "./announce-stock.sql.ts";
import { planBackInStock } from "./plan-back-in-stock.ts";

export interface AnnouncementTerms {
  readonly shopBackInStockFrom: number;
  readonly shopQuietHours: QuietHours | null;
  readonly shopTimeZone: string;
}

const PRODUCTS_AT_ONCE = 50;

/**
 * Writes a notice for each person who is to be told that a product is back, and answers how many. Who sleeps is told in
 * the morning and keeps his place and his piece until then: nobody behind him is told of it instead.
 */
export async function announceStock(
  { db, clock, signal, dryRun }: Pick<TaskContext<unknown, unknown, Database>, "db" | "clock" | "signal" | "dryRun">,
  terms: AnnouncementTerms,
): Promise<number> {
  const now = clock.now();
  const isAwake = ({ timeZone }: WaitingPerson) =>
    endOfQuiet(terms.shopQuietHours, now, toTimeZone(timeZone, terms.shopTimeZone)) === null;
  let told = 0;
  for (let afterId = 0n; ;) {
    signal.throwIfAborted();
    const productIds = await loadAwaitedProductIds(db, {
      afterId,
      from: terms.shopBackInStockFrom,
      most: PRODUCTS_AT_ONCE,
    });
    if (productIds.length === 0) return told;
    afterId = productIds.at(-1)!;
    told += await db.$transaction(async (tx) => {
      await lockAnnouncements(tx);
      const awaited = await loadAwaitedStock(tx, productIds, now);
      const chosen = awaited.flatMap((product) => planBackInStock(product, terms.shopBackInStockFrom).filter(isAwake));
      if (dryRun || chosen.length === 0) return chosen.length;
      const notified = await markNotified(
        tx,
        chosen.map(({ id }) => id),
        now,
      );
      await saveNotices(
        tx,
        notified.map((id) => ({ key: `stock/${id}/${now.toISOString()}`, kind: "back-in-stock", occurredAt: now })),
      );
      return notified.length;
    });
  }
}
