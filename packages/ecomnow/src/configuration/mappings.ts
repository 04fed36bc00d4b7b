import { BadMapping, type MappingRunner } from "@drumline/connectors/mapping";
import type { Database, Prisma, Transaction } from "@drumline/db";

import { ConfigurationChanged, refuse } from "./resource.ts";

type Stored = Prisma.EcomnowCustomerIntegrationMappingGetPayload<object>;

/** The mapping of an endpoint. */
export type MappingView = Pick<Stored, "endpointId" | "expression" | "version" | "updatedAt">;

export const findMapping = (db: Database | Transaction, endpointId: bigint): Promise<MappingView | null> =>
  db.ecomnowCustomerIntegrationMapping.findUnique({ where: { endpointId } });

/** Throws `RefusedConfiguration` with the position of what is wrong; outside of a transaction, for it asks a process. */
export async function requireReadable(mappings: MappingRunner, expression: string): Promise<void> {
  try {
    await mappings.openMapping(expression);
  } catch (error) {
    if (!(error instanceof BadMapping)) throw error;
    const { message: problem, position } = error;
    refuse("mapping", [{ where: "expression", problem, ...(position === null ? {} : { position }) }]);
  }
}

/**
 * Before and after; null where there is no such endpoint. `version` is that of the mapping looked at; null: there was none.
 * Throws `ConfigurationChanged`.
 */
export async function saveMapping(
  tx: Transaction,
  { endpointId, expression, version }: { endpointId: bigint; expression: string; version: number | null },
  updatedAt: Date,
): Promise<{ readonly before: MappingView | null; readonly after: MappingView } | null> {
  if (!(await lockEndpoint(tx, endpointId))) return null;
  const before = await findMapping(tx, endpointId);
  if ((before?.version ?? null) !== version) throw changed(endpointId, before ?? undefined);
  const after = await tx.ecomnowCustomerIntegrationMapping.upsert({
    where: { endpointId },
    create: { endpointId, expression, updatedAt },
    update: { expression, updatedAt, version: { increment: 1 } },
  });
  return { before, after };
}

/** What was there; null where nothing was. Records pass as they are from now on. Throws `ConfigurationChanged`. */
export async function removeMapping(
  tx: Transaction,
  endpointId: bigint,
  version: number | undefined,
): Promise<MappingView | null> {
  await lockEndpoint(tx, endpointId);
  const before = await findMapping(tx, endpointId);
  if (before === null) return null;
  if (version !== undefined && before.version !== version) throw changed(endpointId, before ?? undefined);
  await tx.ecomnowCustomerIntegrationMapping.delete({ where: { endpointId } });
  return before;
}

const changed = (endpointId: bigint, { version }: Pick<MappingView, "version"> | { version: 0 } = { version: 0 }) =>
  new ConfigurationChanged(`the mapping of endpoint ${endpointId}`, version);

async function lockEndpoint(tx: Transaction, id: bigint): Promise<boolean> {
  const rows = await tx.$queryRaw<object[]>`
    SELECT id FROM ecomnow_customer_integration_endpoint WHERE id = ${id} FOR NO KEY UPDATE`;
  return rows.length > 0;
}
