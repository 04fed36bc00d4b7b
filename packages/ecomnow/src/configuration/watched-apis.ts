import { given } from "@drumline/core/patch";
import type { Prisma, Transaction } from "@drumline/db";
import { findUrlProblems } from "@drumline/outbound/http";
import { isSealed, planSecret } from "@drumline/outbound/secrets";
import { z } from "zod";

import { byId, nameField, timeoutField, urlField } from "./field-rules.ts";
import {
  type ConfigurationRules,
  type FieldProblem,
  orExists,
  refuse,
  requireVersion,
  type Resource,
} from "./resource.ts";

type Stored = Prisma.ApiStatusGetPayload<object>;

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
const HIDDEN = "[secret]";
/** Of no use to whoever reads them: they are kept and shown as they are. */
const OPEN_HEADERS = new Set(["accept", "accept-language", "content-type", "user-agent", "cache-control"]);
const OURS = /^(host|content-length|transfer-encoding|connection|te|upgrade)$/i;

const fields = {
  isActive: z.boolean(),
  url: urlField,
  method: z.enum(METHODS),
  headers: z
    .record(
      z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, { error: "not a header's name" }),
      z.string().min(1).max(4_000),
    )
    .refine((headers) => Object.keys(headers).length <= 30, { error: "at most 30" })
    .describe(
      `All of them. Values are sealed, but for headers such as Accept, and shown as ${HIDDEN}; sent back so, what is stored stays. A value may be a reference: env:ECOMNOW_SECRET_ACME.`,
    ),
  body: z.string().max(65_536).nullable(),
  expectedStatus: z.int().min(100).max(599),
  bodyMatch: z.string().min(1).max(1_000).nullable().describe("Text that the body must hold."),
  timeoutMs: timeoutField,
  failuresToDown: z.int().min(1).max(100).describe("Failed checks in a row before it counts as down."),
  recipients: z.array(z.email().max(254)).max(20).describe("Who is mailed when it goes down and comes back."),
};
const patchBody = z.strictObject(fields).partial();
type Patch = z.output<typeof patchBody>;

const newBody = z.strictObject({
  name: nameField.describe("Stays as it is."),
  ...fields,
  isActive: fields.isActive.default(true),
  method: fields.method.default("GET"),
  headers: fields.headers.default({}),
  body: fields.body.default(null),
  expectedStatus: fields.expectedStatus.default(200),
  bodyMatch: fields.bodyMatch.default(null),
  timeoutMs: fields.timeoutMs.default(10_000),
  failuresToDown: fields.failuresToDown.default(1),
  recipients: fields.recipients.default([]),
});

const view = z.object({
  id: z.bigint(),
  name: z.string(),
  ...fields,
  method: z.string(),
  headers: z.record(z.string(), z.string()),
  recipients: z.array(z.string()),
  state: z.enum(["UNKNOWN", "UP", "DOWN"]),
  stateSince: z.date().nullable(),
  actualStatus: z.int().nullable(),
  latencyMs: z.int().nullable(),
  consecutiveFailures: z.int(),
  checkedAt: z.date().nullable(),
  lastError: z.string().nullable(),
  version: z.int(),
});
/** A watched API as it may be shown. */
export type WatchedApiView = z.output<typeof view>;

const headersOf = ({ headers }: Pick<Stored, "headers">) => headers as Readonly<Record<string, string>>;

const isShown = (name: string, value: string): boolean =>
  value.startsWith("env:") || (OPEN_HEADERS.has(name.toLowerCase()) && !isSealed(value));

const toView = (row: Stored): WatchedApiView => ({
  ...row,
  headers: Object.fromEntries(
    Object.entries(headersOf(row)).map(([name, value]) => [name, isShown(name, value) ? value : HIDDEN]),
  ),
});

type Judged = Pick<Stored, "name" | "url" | "method" | "body">;
type Headers = Readonly<Record<string, string>>;

/** The headers as they will stand in the row. Throws `RefusedConfiguration`. */
function judge(
  row: Judged,
  sent: Headers | undefined,
  stored: { readonly headers: Headers; readonly url: string | null },
  rules: ConfigurationRules,
): Headers {
  const problems: FieldProblem[] = findUrlProblems("url", row.url, rules.guard);
  if (row.body !== null && (row.method === "GET" || row.method === "HEAD"))
    problems.push({ where: "body", problem: `is not sent with ${row.method}` });
  const wanted = sent ?? Object.fromEntries(Object.keys(stored.headers).map((name) => [name, HIDDEN]));
  const headers = Object.entries(wanted).map(([name, value]): [string, string] => {
    const where = `headers.${name}`;
    if (OURS.test(name)) problems.push({ where, problem: "belongs to the connection" });
    const before = stored.headers[name];
    if (value === HIDDEN && before === undefined) problems.push({ where, problem: "nothing is stored of it yet" });
    if (OPEN_HEADERS.has(name.toLowerCase()) && value !== HIDDEN && !value.startsWith("sealed:")) {
      if (/[^\x20-\x7e]/.test(value)) problems.push({ where, problem: "holds characters that no header can carry" });
      return [name, value];
    }
    const place = { where, owner: `API ${row.name}`, urls: [row.url] };
    const urls = stored.url === null ? [] : [stored.url];
    const anew = value === HIDDEN ? undefined : value;
    return [name, planSecret(anew, { secret: before ?? null, urls }, place, rules.box, problems) ?? ""];
  });
  refuse("watched API", problems);
  return Object.fromEntries(headers);
}

const lock = async (tx: Transaction, id: bigint): Promise<Stored | null> => {
  await tx.$executeRaw`SELECT FROM api_status WHERE id = ${id} FOR NO KEY UPDATE`;
  return await tx.apiStatus.findUnique({ where: { id } });
};

export const watchedApis: Resource<
  z.output<typeof newBody>,
  Patch,
  { isActive?: boolean; state?: "UNKNOWN" | "UP" | "DOWN" },
  WatchedApiView
> = {
  noun: "watched API",
  entityType: "api_status",
  view,
  newBody,
  patchBody,
  filter: z.object({ isActive: z.stringbool().optional(), state: z.enum(["UNKNOWN", "UP", "DOWN"]).optional() }),
  load: async (db, filter, after, limit) =>
    (await db.apiStatus.findMany(byId(given(filter), after, limit))).map(toView),
  find: async (db, id) => {
    const row = await db.apiStatus.findUnique({ where: { id } });
    return row === null ? null : toView(row);
  },
  create: async (tx, { headers: sent, ...row }, rules) => {
    const headers = judge(row, sent, { headers: {}, url: null }, rules);
    return toView(await orExists(`a watched API ${row.name}`, tx.apiStatus.create({ data: { ...row, headers } })));
  },
  update: async (tx, { id, version, patch: { headers: sent, ...patch } }, rules) => {
    const row = await lock(tx, id);
    if (row === null) return null;
    requireVersion(`the watched API ${row.name}`, row, version);
    const change = given(patch);
    const headers = judge({ ...row, ...change }, sent, { headers: headersOf(row), url: row.url }, rules);
    const data = { ...change, headers, version: { increment: 1 } };
    return { before: toView(row), after: toView(await tx.apiStatus.update({ where: { id }, data })) };
  },
  remove: async (tx, id, version) => {
    const row = await lock(tx, id);
    if (row === null) return null;
    requireVersion(`the watched API ${row.name}`, row, version);
    await tx.apiStatus.delete({ where: { id } });
    return toView(row);
  },
};
