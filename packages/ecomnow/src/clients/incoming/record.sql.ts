import { createHash } from "node:crypto";

import { Prisma, type Transaction } from "@drumline/db";

import type { Entity } from "../endpoint.sql.ts";
import type { IncomingRecord } from "./parse-record.ts";

/** Ids of the records that are new or different from what the client sent before. */
export async function saveChangedRecords(
  tx: Transaction,
  {
    integrationId,
    entity,
    records,
    at,
  }: { integrationId: bigint; entity: Entity; records: readonly IncomingRecord[]; at: Date },
): Promise<string[]> {
  if (records.length === 0) return [];
  const rows = records.map(({ externalId, data }) => ({ id: externalId, data, hash: hashOf(data) }));
  const saved = await tx.$queryRaw<{ id: string }[]>(Prisma.sql`
    INSERT INTO ecomnow_customer_record AS known (integration_id, entity, external_id, data, data_hash, received_at, updated_at)
    SELECT ${integrationId}, ${entity}::ecomnow_entity, id, data, hash, ${at}, ${at}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS row(id text, data jsonb, hash uuid)
    ORDER BY id
    ON CONFLICT (integration_id, entity, external_id) DO UPDATE
      SET data = excluded.data, data_hash = excluded.data_hash, updated_at = excluded.updated_at
      WHERE known.data_hash <> excluded.data_hash
    RETURNING external_id AS id`);
  return saved.map(({ id }) => id);
}

/** Forgets records, so that they count as changed when they come again. */
export async function forgetRecords(
  tx: Transaction,
  { integrationId, entity, ids }: { integrationId: bigint; entity: Entity; ids: readonly string[] },
): Promise<void> {
  if (ids.length === 0) return;
  await tx.$executeRaw(Prisma.sql`
    DELETE FROM ecomnow_customer_record
    WHERE integration_id = ${integrationId} AND entity = ${entity}::ecomnow_entity AND external_id = ANY(${[...ids]}::text[])`);
}

const hashOf = (data: IncomingRecord["data"]): string =>
  createHash("sha256").update(JSON.stringify(data)).digest("hex").slice(0, 32);
