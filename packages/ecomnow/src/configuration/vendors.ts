import { given } from "@drumline/core/patch";
import type { Prisma, Transaction } from "@drumline/db";
import { findUrlProblems } from "@drumline/outbound/http";
import { AUTH_KINDS, findAuthProblems, planSecret, SECRET_STATES, stateOf } from "@drumline/outbound/secrets";
import { z } from "zod";

import { FEED_COLUMNS } from "../products/feed/feed-item.ts";
import { authFields, byId, codeField, nameField, urlField } from "./field-rules.ts";
import {
  ConfigurationInUse,
  type ConfigurationRules,
  type FieldProblem,
  orExists,
  refuse,
  requireVersion,
  type Resource,
} from "./resource.ts";

type Vendor = Prisma.EcomnowVendorGetPayload<object>;

const percent = z.int().min(0).max(100);
const days = z.int().min(1).max(3_650);

const fields = {
  name: nameField,
  kind: z.enum(["STOCK", "CBP"]).describe("STOCK: the feed carries stock; CBP: product data as well."),
  isActive: z.boolean(),
  feedUrl: urlField.nullable(),
  feedFormat: z.enum(["CSV", "JSON_LINES"]),
  feedEncoding: z.string().min(1).max(40).describe("A label of the Encoding standard: utf-8, windows-1252, utf-16le."),
  feedDelimiter: z.string().regex(/^[^"\r\n]$/, { error: "expected one character that is no quote and no line end" }),
  feedColumns: z
    .partialRecord(z.enum(FEED_COLUMNS), z.string().min(1).max(200))
    .describe("Our column to the vendor's name of it, where they differ."),
  ...authFields,
  maxShrinkPercent: percent.describe("Of its lines a feed may lose against the last complete one."),
  maxBadPercent: percent,
  acceptsShrunkenFeed: z.boolean().describe("The next shrunken feed is right; used up by it."),
  deleteInactiveAfterDays: days,
  purgeAfterDays: days,
  categoryUrl: urlField.nullable(),
  acceptsShrunkenTree: z.boolean(),
};
const patchBody = z.strictObject(fields).partial();
type Patch = z.output<typeof patchBody>;

const newBody = z.strictObject({
  code: codeField,
  ...fields,
  kind: fields.kind.default("STOCK"),
  isActive: fields.isActive.default(true),
  feedUrl: fields.feedUrl.default(null),
  feedFormat: fields.feedFormat.default("CSV"),
  feedEncoding: fields.feedEncoding.default("utf-8"),
  feedDelimiter: fields.feedDelimiter.default(","),
  feedColumns: fields.feedColumns.default({}),
  authKind: fields.authKind.default("NONE"),
  authName: fields.authName.default(null),
  authSecret: fields.authSecret.default(null),
  maxShrinkPercent: fields.maxShrinkPercent.default(30),
  maxBadPercent: fields.maxBadPercent.default(10),
  acceptsShrunkenFeed: fields.acceptsShrunkenFeed.default(false),
  deleteInactiveAfterDays: fields.deleteInactiveAfterDays.default(30),
  purgeAfterDays: fields.purgeAfterDays.default(90),
  categoryUrl: fields.categoryUrl.default(null),
  acceptsShrunkenTree: fields.acceptsShrunkenTree.default(false),
});

const { authSecret: _, ...shown } = fields;
const view = z.object({
  id: z.bigint(),
  code: z.string(),
  ...shown,
  feedColumns: z.record(z.string(), z.string()),
  authKind: z.enum(AUTH_KINDS),
  authSecret: z.enum(SECRET_STATES).describe("Whether there is one, and of which kind."),
  feedLines: z.int().nullable().describe("Of the last complete feed."),
  feedAppliedAt: z.date().nullable(),
  version: z.int(),
});
/** A vendor as it may be shown. */
export type VendorView = z.output<typeof view>;

const toView = (row: Vendor): VendorView => {
  const {
    claimedBy: _by,
    claimedUntil: _until,
    feedEtag: _etag,
    feedModified: _modified,
    feedFingerprint: _fingerprint,
    categoryBuildId: _build,
    ...known
  } = row;
  return {
    ...known,
    feedColumns: known.feedColumns as VendorView["feedColumns"],
    authSecret: stateOf(row.authSecret),
  };
};

const urlsOf = ({ feedUrl, categoryUrl }: Pick<Vendor, "feedUrl" | "categoryUrl">): string[] =>
  [feedUrl, categoryUrl].filter((url) => url !== null);

type Judged = Pick<Vendor, "code" | "feedUrl" | "categoryUrl" | "feedEncoding" | "authKind" | "authName">;

/** The secret as it will stand in the row. Throws `RefusedConfiguration`. */
function judge(
  row: Judged,
  authSecret: string | null | undefined,
  stored: { readonly secret: string | null; readonly urls: readonly string[] },
  rules: ConfigurationRules,
): string | null {
  const problems: FieldProblem[] = [
    ...findUrlProblems("feedUrl", row.feedUrl, rules.guard),
    ...findUrlProblems("categoryUrl", row.categoryUrl, rules.guard),
    ...(isEncoding(row.feedEncoding) ? [] : [{ where: "feedEncoding", problem: "is no label that is known" }]),
  ];
  const place = { where: "authSecret", owner: `vendor ${row.code}`, urls: urlsOf(row) };
  const secret = planSecret(authSecret, stored, place, rules.box, problems);
  refuse("vendor", [...problems, ...findAuthProblems(row, secret)]);
  return secret;
}

function isEncoding(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== "";
  } catch {
    return false;
  }
}

const lock = async (tx: Transaction, id: bigint): Promise<Vendor | null> => {
  await tx.$executeRaw`SELECT FROM ecomnow_vendor WHERE id = ${id} FOR NO KEY UPDATE`;
  return await tx.ecomnowVendor.findUnique({ where: { id } });
};

export const vendors: Resource<
  z.output<typeof newBody>,
  Patch,
  { isActive?: boolean; kind?: "STOCK" | "CBP" },
  VendorView
> = {
  noun: "vendor",
  entityType: "ecomnow_vendor",
  view,
  newBody,
  patchBody,
  filter: z.object({ isActive: z.stringbool().optional(), kind: fields.kind.optional() }),
  load: async (db, filter, after, limit) =>
    (await db.ecomnowVendor.findMany(byId(given(filter), after, limit))).map(toView),
  find: async (db, id) => {
    const row = await db.ecomnowVendor.findUnique({ where: { id } });
    return row === null ? null : toView(row);
  },
  create: async (tx, { authSecret, ...row }, rules) => {
    const secret = judge(row, authSecret, { secret: null, urls: [] }, rules);
    const made = tx.ecomnowVendor.create({ data: { ...row, authSecret: secret } });
    return toView(await orExists(`a vendor ${row.code}`, made));
  },
  update: async (tx, { id, version, patch: { authSecret, ...patch } }, rules) => {
    const row = await lock(tx, id);
    if (row === null) return null;
    requireVersion(`the vendor ${row.code}`, row, version);
    const change = given(patch);
    const secret = judge({ ...row, ...change }, authSecret, { secret: row.authSecret, urls: urlsOf(row) }, rules);
    const data = { ...change, authSecret: secret, version: { increment: 1 } };
    return { before: toView(row), after: toView(await tx.ecomnowVendor.update({ where: { id }, data })) };
  },
  remove: async (tx, id, version) => {
    const row = await lock(tx, id);
    if (row === null) return null;
    const what = `the vendor ${row.code}`;
    requireVersion(what, row, version);
    // Without its vendor a client would be told of the products of all.
    const [products, clients] = [
      await tx.ecomnowProduct.count({ where: { vendorId: id } }),
      await tx.ecomnowCustomerIntegration.count({ where: { vendorId: id } }),
    ];
    if (products + clients > 0)
      throw new ConfigurationInUse(
        what,
        `${products} products and ${clients} clients are its own; set isActive to false`,
      );
    await tx.ecomnowVendor.delete({ where: { id } });
    return toView(row);
  },
};
