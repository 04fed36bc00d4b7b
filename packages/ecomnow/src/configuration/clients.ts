import { given } from "@drumline/core/patch";
import type { Prisma, Transaction } from "@drumline/db";
import { findUrlProblems } from "@drumline/outbound/http";
import { findAuthProblems, planSecret, SECRET_STATES, stateOf } from "@drumline/outbound/secrets";
import { z } from "zod";

import { authFields, byId, codeField, idField, nameField, timeoutField, urlField } from "./field-rules.ts";
import {
  ConfigurationInUse,
  type ConfigurationRules,
  type FieldProblem,
  orExists,
  refuse,
  requireVersion,
  type Resource,
} from "./resource.ts";

type Client = Prisma.EcomnowCustomerIntegrationGetPayload<object>;

const TASKS = ["eComNowClientsApiIntegrations", "Boxout"] as const;

const fields = {
  name: nameField,
  isActive: z.boolean(),
  task: z.enum(TASKS).describe("The task that serves it."),
  vendorId: idField.nullable().describe("Whose products go out; null: those of all vendors."),
  baseUrl: urlField,
  ...authFields,
  timeoutMs: timeoutField,
};
const patchBody = z.strictObject(fields).partial();
type Patch = z.output<typeof patchBody>;

const newBody = z.strictObject({
  code: codeField,
  ...fields,
  isActive: fields.isActive.default(true),
  task: fields.task.default("eComNowClientsApiIntegrations"),
  vendorId: fields.vendorId.default(null),
  authKind: fields.authKind.default("NONE"),
  authName: fields.authName.default(null),
  authSecret: fields.authSecret.default(null),
  timeoutMs: fields.timeoutMs.default(10_000),
});

const { authSecret: _, vendorId: __, task: ___, ...shown } = fields;
const view = z.object({
  id: z.bigint(),
  code: z.string(),
  ...shown,
  task: z.string(),
  vendorId: z.bigint().nullable(),
  authSecret: z.enum(SECRET_STATES).describe("Whether there is one, and of which kind."),
  version: z.int(),
});
/** A client as it may be shown. */
export type ClientView = z.output<typeof view>;

const toView = (row: Client): ClientView => ({ ...row, authSecret: stateOf(row.authSecret) });

type Judged = Pick<Client, "code" | "vendorId" | "baseUrl" | "authKind" | "authName">;

/** The secret as it will stand in the row. Throws `RefusedConfiguration`. */
async function judge(
  tx: Transaction,
  row: Judged,
  authSecret: string | null | undefined,
  stored: { readonly secret: string | null; readonly urls: readonly string[] },
  rules: ConfigurationRules,
): Promise<string | null> {
  const problems: FieldProblem[] = findUrlProblems("baseUrl", row.baseUrl, rules.guard);
  if (problems.length === 0 && new URL(row.baseUrl).search !== "")
    problems.push({ where: "baseUrl", problem: "has a query; that belongs to the path of an endpoint" });
  if (row.vendorId !== null && (await tx.ecomnowVendor.count({ where: { id: row.vendorId } })) === 0)
    problems.push({ where: "vendorId", problem: `there is no vendor ${row.vendorId}` });
  const place = { where: "authSecret", owner: `client ${row.code}`, urls: [row.baseUrl] };
  const secret = planSecret(authSecret, stored, place, rules.box, problems);
  refuse("client", [...problems, ...findAuthProblems(row, secret)]);
  return secret;
}

const lock = async (tx: Transaction, id: bigint): Promise<Client | null> => {
  await tx.$executeRaw`SELECT FROM ecomnow_customer_integration WHERE id = ${id} FOR NO KEY UPDATE`;
  return await tx.ecomnowCustomerIntegration.findUnique({ where: { id } });
};

export const clients: Resource<z.output<typeof newBody>, Patch, { isActive?: boolean; task?: string }, ClientView> = {
  noun: "client",
  entityType: "ecomnow_client",
  view,
  newBody,
  patchBody,
  filter: z.object({ isActive: z.stringbool().optional(), task: fields.task.optional() }),
  load: async (db, filter, after, limit) =>
    (await db.ecomnowCustomerIntegration.findMany(byId(given(filter), after, limit))).map(toView),
  find: async (db, id) => {
    const row = await db.ecomnowCustomerIntegration.findUnique({ where: { id } });
    return row === null ? null : toView(row);
  },
  create: async (tx, { authSecret, ...row }, rules) => {
    const secret = await judge(tx, row, authSecret, { secret: null, urls: [] }, rules);
    const made = tx.ecomnowCustomerIntegration.create({ data: { ...row, authSecret: secret } });
    return toView(await orExists(`a client ${row.code}`, made));
  },
  update: async (tx, { id, version, patch: { authSecret, ...patch } }, rules) => {
    const row = await lock(tx, id);
    if (row === null) return null;
    requireVersion(`the client ${row.code}`, row, version);
    const change = given(patch);
    const stored = { secret: row.authSecret, urls: [row.baseUrl] };
    const secret = await judge(tx, { ...row, ...change }, authSecret, stored, rules);
    const data = { ...change, authSecret: secret, version: { increment: 1 } };
    return { before: toView(row), after: toView(await tx.ecomnowCustomerIntegration.update({ where: { id }, data })) };
  },
  remove: async (tx, id, version) => {
    const row = await lock(tx, id);
    if (row === null) return null;
    const what = `the client ${row.code}`;
    requireVersion(what, row, version);
    const where = { integrationId: id };
    const [orders, records, waiting] = [
      await tx.ecomnowOrder.count({ where }),
      await tx.ecomnowCustomerRecord.count({ where }),
      await tx.ecomnowWaitingRecord.count({ where: { endpoint: where } }),
    ];
    if (orders + records + waiting > 0)
      throw new ConfigurationInUse(
        what,
        `${orders} orders, ${records} records and ${waiting} waiting records are its own; set isActive to false`,
      );
    await tx.ecomnowCustomerIntegration.delete({ where: { id } });
    return toView(row);
  },
};
