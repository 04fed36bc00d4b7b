import { HOUR_MS } from "@drumline/core/clock";
import { given } from "@drumline/core/patch";
import { type Database, Prisma, type Transaction } from "@drumline/db";
import { type Rotation, rotateRows, type SecretBox } from "@drumline/outbound/secrets";

import {
  hashSourceToken,
  makeSourceToken,
  openSourceSecrets,
  resealSourceSecrets,
  sealSourceSecrets,
  SourceChanged,
  SourceExists,
  type SourceFields,
  SourceInUse,
  type WebhookSource,
} from "./webhook-source.ts";

const COLUMNS = Prisma.sql`id, name, consumer, scheme::text AS scheme, is_disabled AS "isDisabled",
  requests_per_minute AS "requestsPerMinute", silent_after_seconds AS "silentAfterSeconds",
  last_received_at AS "lastReceivedAt", last_refused_at AS "lastRefusedAt", last_refusal AS "lastRefusal",
  pull_asked_at AS "pullAskedAt", version, created_at AS "createdAt", updated_at AS "updatedAt", secrets AS sealed`;

type SourceRow = Omit<WebhookSource, "secretCount"> & { readonly sealed: string | null };

/** Null where they do not open: what is sealed says so itself when it is needed. */
function toView(box: SecretBox, { sealed, ...row }: SourceRow): WebhookSource {
  return { ...row, secretCount: countSecrets(box, row.id, sealed) };
}

function countSecrets(box: SecretBox, id: string, sealed: string | null): number {
  try {
    return openSourceSecrets(box, id, sealed).length;
  } catch {
    return sealed === null ? 0 : 1;
  }
}

/**
 * A new source and the token of its address, which is told this once. Called again with an id that it made, with another
 * token. Throws `SourceExists`, `UnusableSecret`.
 */
export async function createSource(
  tx: Transaction,
  box: SecretBox,
  { id, name, ...fields }: SourceFields & { readonly id: string; readonly name: string },
  at: Date,
): Promise<WebhookSource & { readonly token: string }> {
  const token = makeSourceToken();
  const [row] = await tx.$queryRaw<SourceRow[]>(Prisma.sql`
    INSERT INTO webhook_source (id, name, consumer, scheme, secrets, token_hash, is_disabled, requests_per_minute,
      silent_after_seconds, created_at, updated_at)
    VALUES (${id}::uuid, ${name}, ${fields.consumer}, ${fields.scheme}::webhook_scheme,
      ${sealSourceSecrets(box, id, fields.secrets)}, ${hashSourceToken(token)}, ${fields.isDisabled},
      ${fields.requestsPerMinute}, ${fields.silentAfterSeconds}, ${at}, ${at})
    ON CONFLICT (name) DO NOTHING RETURNING ${COLUMNS}`);
  if (row === undefined) throw new SourceExists(name);
  return { ...toView(box, row), token };
}

/** By name, after the one named. */
export async function loadSources(
  db: Database,
  box: SecretBox,
  filter: { readonly consumer?: string | undefined; readonly scheme?: string | undefined },
  after: string | null,
  limit: number,
): Promise<WebhookSource[]> {
  const rows = await db.$queryRaw<SourceRow[]>(Prisma.sql`
    SELECT ${COLUMNS} FROM webhook_source
    WHERE (${after}::text IS NULL OR name > ${after})
      AND (${filter.consumer ?? null}::text IS NULL OR consumer = ${filter.consumer ?? null})
      AND (${filter.scheme ?? null}::text IS NULL OR scheme::text = ${filter.scheme ?? null})
    ORDER BY name LIMIT ${limit}`);
  return rows.map((row) => toView(box, row));
}

/** Null where there is none of this id. */
export async function loadSource(
  db: Database | Transaction,
  box: SecretBox,
  id: string,
): Promise<(WebhookSource & { readonly secrets: readonly string[] | null }) | null> {
  const [row] = await db.$queryRaw<SourceRow[]>(Prisma.sql`
    SELECT ${COLUMNS} FROM webhook_source WHERE id = ${id}::uuid`);
  if (row === undefined) return null;
  return { ...toView(box, row), secrets: tryOpen(box, row) };
}

/** Null where they were sealed by a key that is not known here. */
function tryOpen(box: SecretBox, { id, sealed }: SourceRow): readonly string[] | null {
  try {
    return openSourceSecrets(box, id, sealed);
  } catch {
    return null;
  }
}

/** What is left out stays. */
export type SourceChange = { readonly [Name in keyof SourceFields]?: SourceFields[Name] | undefined } & {
  readonly id: string;
  readonly version: number;
};

/** Before and after; null where there is none. Secrets that are left out stay. Throws `SourceChanged`, `UnusableSecret`. */
export async function updateSource(
  tx: Transaction,
  box: SecretBox,
  { id, version, ...change }: SourceChange,
  at: Date,
): Promise<{ readonly before: WebhookSource; readonly after: WebhookSource } | null> {
  const before = await lockSource(tx, box, id);
  if (before === null) return null;
  if (before.version !== version) throw new SourceChanged(before.name, before.version);
  const anew = { ...before, ...given(change) };
  const secrets =
    change.secrets === undefined ? Prisma.sql`secrets` : Prisma.sql`${sealSourceSecrets(box, id, change.secrets)}`;
  const [row] = await tx.$queryRaw<[SourceRow]>(Prisma.sql`
    UPDATE webhook_source SET consumer = ${anew.consumer}, scheme = ${anew.scheme}::webhook_scheme, secrets = ${secrets},
      is_disabled = ${anew.isDisabled}, requests_per_minute = ${anew.requestsPerMinute},
      silent_after_seconds = ${anew.silentAfterSeconds}, version = version + 1, updated_at = ${at}
    WHERE id = ${id}::uuid RETURNING ${COLUMNS}`);
  return { before, after: toView(box, row) };
}

async function lockSource(tx: Transaction, box: SecretBox, id: string): Promise<WebhookSource | null> {
  const [row] = await tx.$queryRaw<SourceRow[]>(Prisma.sql`
    SELECT ${COLUMNS} FROM webhook_source WHERE id = ${id}::uuid FOR UPDATE`);
  return row === undefined ? null : toView(box, row);
}

const OLD_TOKEN_MS = 24 * HOUR_MS;

/** A new address, told this once; the one before is good for a day, so that the sender can be told. Throws `SourceChanged`. */
export async function rotateSourceToken(
  tx: Transaction,
  box: SecretBox,
  { id, version }: { readonly id: string; readonly version: number },
  at: Date,
): Promise<(WebhookSource & { readonly token: string; readonly oldTokenUntil: Date }) | null> {
  const before = await lockSource(tx, box, id);
  if (before === null) return null;
  if (before.version !== version) throw new SourceChanged(before.name, before.version);
  const token = makeSourceToken();
  const oldTokenUntil = new Date(at.getTime() + OLD_TOKEN_MS);
  const [row] = await tx.$queryRaw<[SourceRow]>(Prisma.sql`
    UPDATE webhook_source SET old_token_hash = token_hash, old_token_until = ${oldTokenUntil},
      token_hash = ${hashSourceToken(token)}, version = version + 1, updated_at = ${at}
    WHERE id = ${id}::uuid RETURNING ${COLUMNS}`);
  return { ...toView(box, row), token, oldTokenUntil };
}

/**
 * Deletes a source; what it sent stays until it is old, under a name that no other source has. Null where there is none.
 * Throws `SourceChanged`, and `SourceInUse` while webhooks of it wait.
 */
export async function deleteSource(
  tx: Transaction,
  box: SecretBox,
  { id, version }: { readonly id: string; readonly version: number | undefined },
): Promise<WebhookSource | null> {
  const source = await lockSource(tx, box, id);
  if (source === null) return null;
  if (version !== undefined && source.version !== version) throw new SourceChanged(source.name, source.version);
  const waiting = await tx.webhookRequest.count({ where: { sourceId: id, status: "RECEIVED" } });
  if (waiting > 0)
    throw new SourceInUse(
      source.name,
      `${waiting} of its webhooks still wait to be handed on; disable it until they are`,
    );
  await tx.$executeRaw(Prisma.sql`
    UPDATE webhook_request SET source = ${`${source.name} (deleted, ${id.slice(0, 8)})`} WHERE source_id = ${id}::uuid`);
  try {
    await tx.webhookSource.delete({ where: { id } });
  } catch (error) {
    if ((error as { code?: unknown }).code !== FOREIGN_KEY) throw error;
    throw new SourceInUse(source.name, "something is made for it; take that away first, or disable the source");
  }
  return source;
}

/** Prisma's word for rows that refer to it. */
const FOREIGN_KEY = "P2003";

/** Seals the secrets of all sources anew by the key of today. */
export async function rotateSourceSecrets(db: Database, box: SecretBox, isDryRun: boolean): Promise<Rotation> {
  const rows = await db.webhookSource.findMany({
    where: { secrets: { not: null } },
    select: { id: true, name: true, secrets: true },
    orderBy: { name: "asc" },
  });
  return await rotateRows(rows, {
    table: "webhook_source",
    isDryRun,
    nameOf: ({ name }) => `webhook source ${name}`,
    reseal: ({ id, secrets }) => resealSourceSecrets(box, id, secrets!),
    save: async ({ id, secrets }, sealed) =>
      (await db.webhookSource.updateMany({ where: { id, secrets }, data: { secrets: sealed } })).count === 1,
  });
}
