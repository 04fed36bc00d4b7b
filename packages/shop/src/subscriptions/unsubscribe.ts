import type { Database } from "@drumline/db";

import { endSubscriptionsOf } from "./end-subscriptions.sql.ts";
import { saveSuppressions } from "../suppressions/suppression.sql.ts";
import type { Unsubscription } from "../suppressions/unsubscribe-link.ts";

/** Takes a person off one list, and off no other; mails about orders go on. A second time changes nothing. */
export async function unsubscribe(db: Database, { list, emailHash }: Unsubscription, at: Date): Promise<void> {
  await db.$transaction(async (tx) => {
    if (list === "back-in-stock") await endSubscriptionsOf(tx, emailHash, at);
    await saveSuppressions(tx, [{ list, emailHash, reason: "UNSUBSCRIBED" }], at);
  });
}
