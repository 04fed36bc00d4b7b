import { type Database, Prisma } from "@drumline/db";
import { type Rotation, rotateRows, type SecretBox } from "@drumline/outbound/secrets";

import { resealSubscription } from "../webhooks/index.ts";

/** Seals secrets and headers of all subscriptions by the key of today; those of earlier releases stand there in plain. */
export async function rotateWebhookSecrets(db: Database, box: SecretBox, isDryRun: boolean): Promise<Rotation> {
  const rows = await db.webhook.findMany({ orderBy: { id: "asc" } });
  return await rotateRows(rows, {
    table: "webhook",
    isDryRun,
    nameOf: ({ id }) => `webhook ${id}`,
    reseal: (row) => resealSubscription(box, row, { ...row, headers: row.headers as Record<string, string> }),
    save: async ({ id, secret, headers }, anew) => {
      const saved = await db.$executeRaw(Prisma.sql`
        UPDATE webhook SET secret = ${anew.secret}, headers = ${JSON.stringify(anew.headers)}::jsonb
        WHERE id = ${id} AND secret IS NOT DISTINCT FROM ${secret} AND headers = ${JSON.stringify(headers)}::jsonb`);
      return saved === 1;
    },
  });
}
