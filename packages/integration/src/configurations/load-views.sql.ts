import type { Database, Transaction } from "@drumline/db";

import { incomingSource, outgoingTarget } from "./source.ts";

interface Page {
  /** After this identifier; null: from the first. */
  readonly after: string | null;
  readonly limit: number;
}

const pageOf = ({ after, limit }: Page) =>
  ({
    where: after === null ? {} : { identifier: { gt: after } },
    orderBy: { identifier: "asc" },
    take: limit,
  }) as const;

interface AuthRow {
  readonly authKind: "NONE" | "BEARER" | "BASIC" | "HEADER";
  readonly authName: string | null;
  readonly authSecret: string | null;
}

/** Credentials without the secret. */
function withoutSecret<Row extends AuthRow>({ authKind, authName, authSecret, ...row }: Row) {
  return { ...row, auth: { kind: authKind, name: authName, hasSecret: authSecret !== null } };
}

const cursor = { cursor: { select: { position: true, lastRecordAt: true, claimedUntil: true } } };

/** As the worker reads it: what a row leaves out is filled in, and what nobody can read is null. */
const readIncoming = <Row extends AuthRow & { readonly source: unknown }>(row: Row) => ({
  ...withoutSecret(row),
  source: incomingSource.safeParse(row.source).data ?? null,
});

const readOutgoing = <Row extends AuthRow & { readonly target: unknown }>(row: Row) => ({
  ...withoutSecret(row),
  target: outgoingTarget.safeParse(row.target).data ?? null,
});

export async function loadIncomings(db: Database, page: Page) {
  return (await db.integrationIncoming.findMany({ ...pageOf(page), include: cursor })).map(readIncoming);
}

export async function findIncoming(db: Database | Transaction, identifier: string) {
  const row = await db.integrationIncoming.findUnique({ where: { identifier }, include: cursor });
  return row === null ? null : readIncoming(row);
}

export async function loadOutgoings(db: Database, page: Page) {
  return (await db.integrationOutgoing.findMany(pageOf(page))).map(readOutgoing);
}

export async function findOutgoing(db: Database | Transaction, identifier: string) {
  const row = await db.integrationOutgoing.findUnique({ where: { identifier } });
  return row === null ? null : readOutgoing(row);
}

export const loadTransformers = (db: Database, page: Page) => db.integrationTransformer.findMany(pageOf(page));

export const findTransformer = (db: Database | Transaction, identifier: string) =>
  db.integrationTransformer.findUnique({ where: { identifier } });

const parts = {
  incoming: { select: { identifier: true } },
  outgoing: { select: { identifier: true } },
  transformers: { orderBy: { position: "asc" }, include: { transformer: { select: { identifier: true } } } },
} as const;

interface RouteParts {
  readonly incoming: { readonly identifier: string };
  readonly outgoing: { readonly identifier: string };
  readonly transformers: readonly { readonly transformer: { readonly identifier: string } }[];
}

/** A route with its parts by their identifiers. */
function named<Row extends RouteParts>({ incoming, outgoing, transformers, ...row }: Row) {
  return {
    ...row,
    incoming: incoming.identifier,
    outgoing: outgoing.identifier,
    transformers: transformers.map(({ transformer }) => transformer.identifier),
  };
}

export async function loadRoutes(db: Database, page: Page) {
  return (await db.integrationRoute.findMany({ ...pageOf(page), include: parts })).map(named);
}

export async function findRoute(db: Database | Transaction, identifier: string) {
  const row = await db.integrationRoute.findUnique({ where: { identifier }, include: parts });
  return row === null ? null : named(row);
}
