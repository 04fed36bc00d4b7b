import { toFreeIdentifier, toIdentifier } from "@drumline/core/text";
import { Prisma, type Transaction } from "@drumline/db";
import { findSourceByToken } from "@drumline/events/inbox";
import { type AddressGuard, findUrlProblems } from "@drumline/outbound/http";
import { findAuthProblems, planSecret, type SecretBox } from "@drumline/outbound/secrets";

import type { Auth, IncomingBody, OutgoingBody, RouteBody, TransformerBody } from "./bodies.ts";
import {
  ConfigurationChanged,
  ConfigurationInUse,
  ConfigurationRefused,
  type Kind,
  NoSuchConfiguration,
} from "./errors.ts";
import { findCycle, type GraphRoute } from "./find-cycle.ts";
import { incomingSource, outgoingTarget, urlOf } from "./source.ts";

/** An existing one, as its reader saw it; null makes a new one. */
export interface Seen {
  readonly identifier: string;
  readonly version: number;
}

interface Saving {
  readonly secrets: SecretBox;
  /** Where URLs may lead, as the worker will judge. */
  readonly guard: AddressGuard;
  readonly at: Date;
}

const TABLES = {
  incoming: Prisma.raw("integration_incoming"),
  outgoing: Prisma.raw("integration_outgoing"),
  transformer: Prisma.raw("integration_transformer"),
  route: Prisma.raw("integration_route"),
};

/** Creates or changes one; its identifier. Throws as `saveRow`, and `ConfigurationRefused` for a secret or a cycle. */
export async function saveIncoming(
  tx: Transaction,
  seen: Seen | null,
  body: IncomingBody,
  saving: Saving,
): Promise<string> {
  const { auth, source, ...rest } = body;
  const url = urlOf(source);
  return await saveRow(tx, "incoming", seen, body.name, saving.at, async (identifier, id) => {
    const stored = id === null ? null : await tx.integrationIncoming.findUniqueOrThrow({ where: { id } });
    const before = stored === null ? undefined : incomingSource.safeParse(stored.source).data;
    const kept = stored === null ? null : { ...stored, url: before === undefined ? null : urlOf(before) };
    const data = { ...rest, source, ...planAuth(auth, kept, `incoming ${identifier}`, url, saving) };
    if (id === null) await tx.integrationIncoming.create({ data: { ...data, ...born(identifier, saving.at) } });
    else await tx.integrationIncoming.update({ where: { id }, data });
  });
}

export async function saveOutgoing(
  tx: Transaction,
  seen: Seen | null,
  body: OutgoingBody,
  saving: Saving,
): Promise<string> {
  const { auth, target, ...rest } = body;
  const url = target.kind === "http" ? target.url : null;
  return await saveRow(tx, "outgoing", seen, body.name, saving.at, async (identifier, id) => {
    const stored = id === null ? null : await tx.integrationOutgoing.findUniqueOrThrow({ where: { id } });
    const before = stored === null ? null : outgoingTarget.safeParse(stored.target).data;
    const kept = stored === null ? null : { ...stored, url: before?.kind === "http" ? before.url : null };
    const data = { ...rest, target, ...planAuth(auth, kept, `outgoing ${identifier}`, url, saving) };
    if (id === null) await tx.integrationOutgoing.create({ data: { ...data, ...born(identifier, saving.at) } });
    else await tx.integrationOutgoing.update({ where: { id }, data });
  });
}

/** `requireReadable` comes before: reading an expression takes a process of its own, and belongs into no transaction. */
export async function saveTransformer(
  tx: Transaction,
  seen: Seen | null,
  body: TransformerBody,
  at: Date,
): Promise<string> {
  return await saveRow(tx, "transformer", seen, body.name, at, async (identifier, id) => {
    if (id === null) await tx.integrationTransformer.create({ data: { ...body, ...born(identifier, at) } });
    else await tx.integrationTransformer.update({ where: { id }, data: body });
  });
}

export async function saveRoute(tx: Transaction, seen: Seen | null, body: RouteBody, at: Date): Promise<string> {
  const { incoming, outgoing, transformers, ...rest } = body;
  return await saveRow(tx, "route", seen, body.name, at, async (identifier, id) => {
    const incomingRow = await tx.integrationIncoming.findUnique({ where: { identifier: incoming } });
    if (incomingRow === null)
      throw new ConfigurationRefused({ where: "incoming", problem: `There is no incoming "${incoming}".` });
    const outgoingRow = await tx.integrationOutgoing.findUnique({ where: { identifier: outgoing } });
    if (outgoingRow === null)
      throw new ConfigurationRefused({ where: "outgoing", problem: `There is no outgoing "${outgoing}".` });
    const found = await tx.integrationTransformer.findMany({ where: { identifier: { in: transformers } } });
    const ids = transformers.map((name, place) => {
      const transformer = found.find((one) => one.identifier === name);
      if (transformer === undefined)
        throw new ConfigurationRefused({
          where: `transformers.${place}`,
          problem: `There is no transformer "${name}".`,
        });
      return transformer.id;
    });
    const data = { ...rest, incomingId: incomingRow.id, outgoingId: outgoingRow.id };
    if (id !== null) await requireSameIncoming(tx, id, incomingRow.id);
    const route =
      id === null
        ? await tx.integrationRoute.create({ data: { ...data, ...born(identifier, at) } })
        : await tx.integrationRoute.update({ where: { id }, data });
    await tx.integrationRouteTransformer.deleteMany({ where: { routeId: route.id } });
    await tx.integrationRouteTransformer.createMany({
      data: ids.map((transformerId, position) => ({ routeId: route.id, position, transformerId })),
    });
  });
}

/** Its tasks belong to entities of the incoming they came from. */
async function requireSameIncoming(tx: Transaction, id: bigint, incomingId: bigint): Promise<void> {
  const route = await tx.integrationRoute.findUniqueOrThrow({ where: { id } });
  if (route.incomingId === incomingId) return;
  if ((await tx.integrationTask.findFirst({ where: { routeId: id }, select: { id: true } })) !== null)
    throw new ConfigurationRefused({
      where: "incoming",
      problem: "The route has tasks of another incoming: make a new route.",
    });
}

const born = (identifier: string, at: Date) => ({ identifier, createdAt: at, updatedAt: at });

/**
 * In a transaction of the caller. Every save of a configuration is one after the other: names find their free identifier, and no two saves together make
 * a cycle that neither makes alone.
 * @throws {NoSuchConfiguration}
 * @throws {ConfigurationChanged}
 */
async function saveRow(
  tx: Transaction,
  kind: Kind,
  seen: Seen | null,
  name: string,
  at: Date,
  write: (identifier: string, id: bigint | null) => Promise<void>,
): Promise<string> {
  await tx.$executeRaw(Prisma.sql`SELECT pg_advisory_xact_lock(hashtext('integration configurations'))`);
  const identifier = seen === null ? await findFree(tx, kind, name) : seen.identifier;
  const id = seen === null ? null : await passVersion(tx, kind, seen, at);
  await write(identifier, id);
  if (kind !== "transformer") await refuseCycle(tx, at);
  return identifier;
}

/** A number behind the longest identifiers takes the place of their last characters. */
const SHARED_CHARACTERS = 90;

async function findFree(tx: Transaction, kind: Kind, name: string): Promise<string> {
  const wanted = toIdentifier(name, kind);
  const rows = await tx.$queryRaw<{ identifier: string }[]>(Prisma.sql`
    SELECT identifier FROM ${TABLES[kind]} WHERE starts_with(identifier, ${wanted.slice(0, SHARED_CHARACTERS)})`);
  const taken = new Set(rows.map(({ identifier }) => identifier));
  return toFreeIdentifier(wanted, (identifier) => taken.has(identifier));
}

/** Counts the version up, under a lock on the row; its id. */
async function passVersion(tx: Transaction, kind: Kind, { identifier, version }: Seen, at: Date): Promise<bigint> {
  const [row] = await tx.$queryRaw<{ id: bigint; version: number }[]>(Prisma.sql`
    SELECT id, version FROM ${TABLES[kind]} WHERE identifier = ${identifier} FOR UPDATE`);
  if (row === undefined) throw new NoSuchConfiguration(kind, identifier);
  if (row.version !== version) throw new ConfigurationChanged(kind, identifier, row.version);
  await tx.$executeRaw(Prisma.sql`
    UPDATE ${TABLES[kind]} SET version = version + 1, updated_at = ${at} WHERE id = ${row.id}`);
  return row.id;
}

async function refuseCycle(tx: Transaction, at: Date): Promise<void> {
  const incomings = await tx.integrationIncoming.findMany({ select: { identifier: true, source: true } });
  const routes = await tx.integrationRoute.findMany({ include: { incoming: true, outgoing: true } });
  const graph: GraphRoute[] = [];
  for (const { identifier, incoming, outgoing } of routes) {
    const target = outgoingTarget.safeParse(outgoing.target).data;
    if (target === undefined) continue;
    const hook = target.kind === "http" ? await findHook(tx, target.url, at) : null;
    graph.push({
      identifier,
      incoming: incoming.identifier,
      outgoing: { identifier: outgoing.identifier, target, hook },
    });
  }
  const found = findCycle(
    incomings.flatMap(({ identifier, source }) => {
      const parsed = incomingSource.safeParse(source);
      return parsed.success ? [{ identifier, source: parsed.data }] : [];
    }),
    graph,
  );
  if (found !== null)
    throw new ConfigurationRefused({
      where: "body",
      problem: `Records would come back to where they came from: ${found.join(" → ")}.`,
    });
}

/** The source of webhooks whose address a URL is; it has the identifier of the incoming that is given what it sends. */
async function findHook(tx: Transaction, url: string, at: Date): Promise<string | null> {
  const token = /\/webhooks\/in\/([^/]+)\/?$/.exec(new URL(url).pathname)?.[1];
  return token === undefined ? null : ((await findSourceByToken(tx, token, at))?.name ?? null);
}

interface KeptAuth {
  readonly authKind: string;
  readonly authSecret: string | null;
  readonly url: string | null;
}

const NOTHING_KEPT: KeptAuth = { authKind: "NONE", authSecret: null, url: null };

/**
 * What is stored of the credentials: a new secret sealed for its host, or the one that is there, where it may still be sent.
 * @throws {ConfigurationRefused} with everything that is wrong with them and with the URL
 */
function planAuth(auth: Auth, kept: KeptAuth | null, owner: string, url: string | null, { secrets, guard }: Saving) {
  const { kind: authKind, name: authName, secret } = auth;
  const problems = findUrlProblems("url", url, guard);
  const isNone = authKind === "NONE";
  if (!isNone && url === null) problems.push({ where: "auth.kind", problem: "Credentials are for a URL alone." });
  const stored = kept ?? NOTHING_KEPT;
  const place = { where: "auth.secret", owner, urls: url === null ? [] : [url] };
  const before = { secret: stored.authSecret, urls: stored.url === null ? [] : [stored.url] };
  const authSecret = isNone || url === null ? null : planSecret(secret, before, place, secrets, problems);
  if (!isNone && url !== null)
    problems.push(
      ...findAuthProblems({ authKind, authName }, authSecret, { name: "auth.name", secret: "auth.secret" }),
    );
  if (problems.length > 0) throw new ConfigurationRefused(...problems);
  return { authKind, authName: isNone ? null : authName, authSecret };
}

/**
 * @throws {NoSuchConfiguration}
 * @throws {ConfigurationChanged}
 * @throws {ConfigurationInUse}
 */
export async function deleteConfiguration(tx: Transaction, kind: Kind, seen: Seen, at: Date): Promise<void> {
  await tx.$executeRaw(Prisma.sql`SELECT pg_advisory_xact_lock(hashtext('integration configurations'))`);
  const id = await passVersion(tx, kind, seen, at);
  const users = await tx.integrationRoute.findMany({
    where:
      kind === "incoming"
        ? { incomingId: id }
        : kind === "outgoing"
          ? { outgoingId: id }
          : { transformers: { some: { transformerId: id } } },
    select: { identifier: true },
  });
  if (kind === "route") await requireNothingOpen(tx, id, seen.identifier);
  else if (users.length > 0)
    throw new ConfigurationInUse(
      kind,
      seen.identifier,
      users.map(({ identifier }) => `route ${identifier}`),
    );
  await tx.$executeRaw(Prisma.sql`DELETE FROM ${TABLES[kind]} WHERE id = ${id}`);
}

/** Tasks of a route go with it: none may be under way or wait. */
async function requireNothingOpen(tx: Transaction, id: bigint, identifier: string): Promise<void> {
  const open = await tx.integrationTask.count({
    where: { routeId: id, status: { in: ["NEW", "RETRY", "PROCESSING"] } },
    take: 1_000,
  });
  if (open > 0)
    throw new ConfigurationInUse("route", identifier, [`${open === 1_000 ? "1000 or more" : open} tasks that wait`]);
}
