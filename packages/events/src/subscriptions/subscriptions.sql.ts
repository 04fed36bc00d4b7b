import { DrumlineError } from "@drumline/core/errors";
import { type Database, Prisma } from "@drumline/db";
import type { SecretBox } from "@drumline/outbound/secrets";

import { closeProblemsOf, WEBHOOK_DISABLED, WEBHOOK_EXHAUSTED } from "../deliveries/delivery-problems.sql.ts";
import { disableWaitingDeliveries, disableWebhook } from "../deliveries/save-attempts.sql.ts";
import { sealSubscription } from "../webhooks/index.ts";
import {
  makeSecret,
  MOST_SUBSCRIPTIONS,
  type NewSubscription,
  SubscriptionExists,
  TooManySubscriptions,
} from "./subscription.ts";

/** A subscription as it may be shown: without its secret, and its headers by their names. */
export interface SubscriptionView {
  readonly id: bigint;
  readonly owner: string;
  readonly targetUrl: string;
  readonly eventType: string;
  readonly isActive: boolean;
  readonly disabledReason: string | null;
  readonly retryConfig: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly filter: unknown;
  readonly createdAt: Date;
  /** One more with each change: the same number may be subscribed anew after it has ended. */
  readonly version: number;
  /** When it ends with its token; null where that has no end. */
  readonly endsAt: Date | null;
}

/** Whose subscriptions they are: a name, and of a token of the table also which one, since another may get its name. */
export interface SubscriptionOwner {
  readonly name: string;
  readonly token?: { readonly id: string; readonly expiresAt: Date | null } | undefined;
}

const COLUMNS = Prisma.sql`id, owner, target_url AS "targetUrl", event_type AS "eventType", is_active AS "isActive",
  disabled_reason AS "disabledReason", retry_config AS "retryConfig",
  (SELECT coalesce(jsonb_object_agg(name, '[secret]'), '{}') FROM jsonb_object_keys(headers) AS name) AS headers, filter, created_at AS "createdAt",
  version, ends_at AS "endsAt"`;

/** Null: everybody's. */
const isOf = (owner: SubscriptionOwner | null) =>
  owner === null
    ? Prisma.sql`true`
    : Prisma.sql`(owner = ${owner.name} AND (token_id IS NULL OR token_id = ${owner.token?.id ?? null}::uuid))`;

/**
 * Subscribes, or subscribes anew where an inactive subscription of the same owner, target and type is left. The secret
 * is told this once, and kept sealed. Throws `SubscriptionExists` where an active one is there, `TooManySubscriptions`,
 * and `UnusableSecret` where there is no key to seal it with.
 */
export async function subscribeToEvents(
  db: Database,
  secrets: SecretBox,
  { name: owner, token }: SubscriptionOwner,
  wanted: NewSubscription,
  now: Date,
): Promise<SubscriptionView & { readonly secret: string }> {
  const [tokenId, endsAt] = [token?.id ?? null, token?.expiresAt ?? null];
  const secret = wanted.secret_key?.trim() ?? makeSecret();
  const { target_url: targetUrl, event_type: eventType, additional_headers: headers } = wanted;
  const sealed = sealSubscription(secrets, { owner, targetUrl, eventType }, { secret, headers });
  const created = await db.$transaction(async (tx) => {
    const [row] = await tx.$queryRaw<SubscriptionView[]>(Prisma.sql`
      INSERT INTO webhook (owner, target_url, event_type, secret, retry_config, headers, filter, created_at, token_id, ends_at)
      SELECT ${owner}::text, ${targetUrl}::text, ${eventType}::text, ${sealed.secret}::text,
        ${JSON.stringify(wanted.retry_countdown_config ?? {})}::jsonb, ${JSON.stringify(sealed.headers)}::jsonb,
        ${JSON.stringify(wanted.config)}::jsonb, ${now}::timestamptz, ${tokenId}::uuid, ${endsAt}::timestamptz
      WHERE (SELECT count(*) FROM webhook WHERE owner = ${owner} AND is_active) < ${MOST_SUBSCRIPTIONS}
      ON CONFLICT (owner, target_url, event_type) DO UPDATE SET
        secret = excluded.secret, retry_config = excluded.retry_config, headers = excluded.headers,
        filter = excluded.filter, is_active = true, disabled_reason = NULL, created_at = excluded.created_at,
        token_id = excluded.token_id, ends_at = excluded.ends_at, version = webhook.version + 1
      WHERE NOT webhook.is_active
      RETURNING ${COLUMNS}`);
    const anew = { kinds: [WEBHOOK_DISABLED], reason: `${owner} has subscribed it anew`, at: now };
    if (row !== undefined) await closeProblemsOf(tx, row.id, anew);
    return row;
  });
  if (created !== undefined) return { ...created, secret };
  const sought = { owner, targetUrl, eventType, isActive: true };
  const existing = await db.webhook.findFirst({ where: sought, select: { id: true } });
  if (existing === null) throw new TooManySubscriptions(owner);
  throw new SubscriptionExists(wanted, existing.id);
}

/** A subscription of this owner, or of whomever, active or not; null where there is none. */
export async function findSubscription(
  db: Database,
  owner: SubscriptionOwner | null,
  id: bigint,
): Promise<SubscriptionView | null> {
  const rows = await db.$queryRaw<SubscriptionView[]>(Prisma.sql`
    SELECT ${COLUMNS} FROM webhook WHERE id = ${id} AND ${isOf(owner)}`);
  return rows[0] ?? null;
}

/** Everybody's, newest first. */
export function loadSubscriptions(
  db: Database,
  { owner, active }: { owner?: string | undefined; active?: boolean | undefined },
  after: bigint | null,
  limit: number,
): Promise<SubscriptionView[]> {
  return db.$queryRaw<SubscriptionView[]>(Prisma.sql`
    SELECT ${COLUMNS} FROM webhook
    WHERE (${owner ?? null}::text IS NULL OR owner = ${owner ?? null}::text)
      AND (${active ?? null}::boolean IS NULL OR is_active = ${active ?? null}::boolean)
      AND (${after}::bigint IS NULL OR id < ${after}::bigint)
    ORDER BY id DESC LIMIT ${limit}`);
}

/** The subscription is another one than the caller saw: it ended, or was made anew. */
export class SubscriptionChanged extends DrumlineError {
  readonly currentVersion: number;

  constructor(id: bigint, currentVersion: number) {
    super(`hook ${id} is of version ${currentVersion} by now; look at it again`, { code: "SUBSCRIPTION_CHANGED" });
    this.currentVersion = currentVersion;
  }
}

/**
 * Ends it and what still waits for it; its history stays. False where there is no such active subscription.
 * @throws {SubscriptionChanged} where it is not any more as the caller saw it, if that is said
 */
export async function unsubscribe(
  db: Database,
  owner: SubscriptionOwner | null,
  id: bigint,
  at: Date,
  seenVersion?: number,
): Promise<boolean> {
  const isEnded = await db.$transaction(async (tx) => {
    const [found] = await tx.$queryRaw<{ isActive: boolean; version: number }[]>(Prisma.sql`
      SELECT is_active AS "isActive", version FROM webhook WHERE id = ${id} AND ${isOf(owner)} FOR NO KEY UPDATE`);
    if (found === undefined) return false;
    if (seenVersion !== undefined && found.version !== seenVersion) throw new SubscriptionChanged(id, found.version);
    if (!found.isActive) return false;
    await disableWebhook(tx, id, "unsubscribed");
    // Nothing can be replayed to it any more, and nobody waits for it.
    await closeProblemsOf(tx, id, { kinds: [WEBHOOK_EXHAUSTED], reason: "it was unsubscribed", at });
    return true;
  });
  if (isEnded) await disableWaitingDeliveries(db, id);
  return isEnded;
}
