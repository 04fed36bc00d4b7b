import { given } from "@drumline/core/patch";
import type { Prisma, Transaction } from "@drumline/db";
import { z } from "zod";

import { byId, idField } from "./field-rules.ts";
import { ConfigurationInUse, type FieldProblem, orExists, refuse, requireVersion, type Resource } from "./resource.ts";

type Stored = Prisma.EcomnowCustomerIntegrationEndpointGetPayload<object>;

const ENTITIES = ["PRODUCT", "PRICE", "STOCK", "ORDER", "SHIPMENT", "REFUND"] as const;
const DIRECTIONS = ["IN", "OUT"] as const;

const fields = {
  path: z
    .string()
    .max(1_000)
    .regex(/^\/[^\s\p{Cc}#\\]*$/u, { error: "expected a path that begins with a slash, without spaces" })
    .describe("Behind the client's baseUrl."),
  pageSize: z.int().min(1).max(10_000),
  intervalSeconds: z
    .int()
    .min(1)
    .max(31_536_000)
    .describe("Due again so long after the last exchange: a little less than its task's interval."),
  isActive: z.boolean(),
};
const patchBody = z.strictObject(fields).partial();
type Patch = z.output<typeof patchBody>;

const newBody = z.strictObject({
  clientId: idField,
  entity: z.enum(ENTITIES),
  direction: z.enum(DIRECTIONS).describe("IN: the client's records come to us; OUT: ours go to the client."),
  ...fields,
  pageSize: fields.pageSize.default(100),
  intervalSeconds: fields.intervalSeconds.default(300),
  isActive: fields.isActive.default(true),
});

const view = z.object({
  id: z.bigint(),
  clientId: z.bigint(),
  entity: z.enum(ENTITIES),
  direction: z.enum(DIRECTIONS),
  ...fields,
  path: z.string(),
  hasMapping: z.boolean(),
  cursor: z.string().nullable().describe("Where the next page begins."),
  nextRunAt: z.date().nullable(),
  lastSuccessAt: z.date().nullable(),
  lastError: z.string().nullable(),
  consecutiveFailures: z.int(),
  pausedAt: z.date().nullable().describe("POST /api/v1/client-flows/{id}/resume has it go on."),
  pausedReason: z.string().nullable(),
  version: z.int(),
});
/** A client's endpoint, which is one flow, as it may be shown. */
export type EndpointView = z.output<typeof view>;

type Row = Stored & { readonly mapping: { readonly version: number } | null };

const include = { mapping: { select: { version: true } } } as const;

function toView({
  integrationId,
  mapping,
  pendingPush: _push,
  claimedBy: _by,
  claimedUntil: _until,
  ...row
}: Row): EndpointView {
  return { ...row, clientId: integrationId, hasMapping: mapping !== null };
}

const lock = async (tx: Transaction, id: bigint): Promise<Row | null> => {
  await tx.$executeRaw`SELECT FROM ecomnow_customer_integration_endpoint WHERE id = ${id} FOR NO KEY UPDATE`;
  return await tx.ecomnowCustomerIntegrationEndpoint.findUnique({ where: { id }, include });
};

const nameOf = ({ entity, direction, integrationId }: Pick<Row, "entity" | "direction" | "integrationId">): string =>
  `the endpoint ${entity} ${direction} of client ${integrationId}`;

/** The path leads nowhere but to the client. */
function findPathProblems(baseUrl: string, path: string): FieldProblem[] {
  const url = baseUrl.replace(/\/+$/, "") + path;
  if (URL.canParse(url) && new URL(url).host === new URL(baseUrl).host) return [];
  return [{ where: "path", problem: `makes no URL of the client together with its baseUrl ${baseUrl}` }];
}

interface Filter {
  readonly clientId?: bigint;
  readonly entity?: (typeof ENTITIES)[number];
  readonly direction?: (typeof DIRECTIONS)[number];
  readonly isActive?: boolean;
}

export const endpoints: Resource<z.output<typeof newBody>, Patch, Filter, EndpointView> = {
  noun: "endpoint",
  entityType: "ecomnow_client_endpoint",
  view,
  newBody,
  patchBody,
  filter: z.object({
    clientId: idField.optional(),
    entity: z.enum(ENTITIES).optional(),
    direction: z.enum(DIRECTIONS).optional(),
    isActive: z.stringbool().optional(),
  }),
  load: async (db, { clientId, ...filter }, after, limit) => {
    const where = given({ ...filter, integrationId: clientId });
    return (await db.ecomnowCustomerIntegrationEndpoint.findMany({ ...byId(where, after, limit), include })).map(
      toView,
    );
  },
  find: async (db, id) => {
    const row = await db.ecomnowCustomerIntegrationEndpoint.findUnique({ where: { id }, include });
    return row === null ? null : toView(row);
  },
  create: async (tx, { clientId, ...row }) => {
    const client = await tx.ecomnowCustomerIntegration.findUnique({ where: { id: clientId } });
    if (client === null) refuse("endpoint", [{ where: "clientId", problem: `there is no client ${clientId}` }]);
    refuse("endpoint", findPathProblems(client!.baseUrl, row.path));
    const data = { ...row, integrationId: clientId };
    const made = tx.ecomnowCustomerIntegrationEndpoint.create({ data, include });
    return toView(await orExists(`an endpoint ${row.entity} ${row.direction} of client ${client!.code}`, made));
  },
  update: async (tx, { id, version, patch }) => {
    const row = await lock(tx, id);
    if (row === null) return null;
    requireVersion(nameOf(row), row, version);
    const client = await tx.ecomnowCustomerIntegration.findUniqueOrThrow({ where: { id: row.integrationId } });
    if (patch.path !== undefined) refuse("endpoint", findPathProblems(client.baseUrl, patch.path));
    const data = { ...given(patch), version: { increment: 1 } };
    const after = await tx.ecomnowCustomerIntegrationEndpoint.update({ where: { id }, data, include });
    return { before: toView(row), after: toView(after) };
  },
  remove: async (tx, id, version) => {
    const row = await lock(tx, id);
    if (row === null) return null;
    requireVersion(nameOf(row), row, version);
    const where = { endpointId: id };
    const waiting = await tx.ecomnowWaitingRecord.count({ where });
    const left = await tx.ecomnowLeftChange.count({ where });
    if (waiting + left > 0 || row.pendingPush !== null)
      throw new ConfigurationInUse(
        nameOf(row),
        `${waiting} records wait to be taken in, and ${left + (row.pendingPush === null ? 0 : 1)} changes or pages to be sent; set isActive to false`,
      );
    await tx.ecomnowCustomerIntegrationEndpoint.delete({ where: { id } });
    return toView(row);
  },
};
