import { randomUUID } from "node:crypto";

import { MINUTE_MS } from "@drumline/core/clock";
import { type Database, Prisma } from "@drumline/db";

import { hashOf } from "../ledger/hash.ts";

/** A request that came with a key, and who sent it. */
export interface KeyedRequest {
  /** Name of the token: keys of two tokens have nothing to do with each other. */
  readonly actor: string;
  readonly key: string;
  /** Method and path. */
  readonly route: string;
  /** As JSON; null where there is none. */
  readonly body: unknown;
}

/** What a request was answered, word for word. */
export interface RecordedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** A key that is this caller's until it has an answer. `id` is also the id of the row that the request makes. */
export interface Reservation {
  readonly id: string;
  readonly attempt: number;
}

export type KeyState =
  | { readonly kind: "reserved"; readonly reservation: Reservation }
  | { readonly kind: "answered"; readonly answer: RecordedAnswer }
  /** Its first request is at work, or died a moment ago. */
  | { readonly kind: "at-work" }
  /** The key belongs to another request. */
  | { readonly kind: "other-request" };

// Longer than any request takes. A request that died keeps its key for so long.
const RESERVED_MS = 2 * MINUTE_MS;

/**
 * Takes the key before anything is done, so that a second request with it finds it taken, whatever becomes of the first.
 * Where the first one left no answer in its time, the key is taken up again under the same id: what it made is found, and
 * not made twice.
 */
export async function reserveKey(db: Database, request: KeyedRequest, now: Date): Promise<KeyState> {
  const { actor, key, route, body } = request;
  const bodyHash = hashOf(body ?? null);
  const [reservation] = await db.$queryRaw<Reservation[]>(Prisma.sql`
    INSERT INTO idempotency_key AS known (id, actor, key, route, body_hash, reserved_until, created_at)
    VALUES (${randomUUID()}::uuid, ${actor}, ${key}, ${route}, ${bodyHash}, ${new Date(now.getTime() + RESERVED_MS)}, ${now})
    ON CONFLICT (actor, key) DO UPDATE SET reserved_until = excluded.reserved_until, attempt = known.attempt + 1
    WHERE known.answer_status IS NULL AND known.reserved_until <= ${now}
      AND known.route = excluded.route AND known.body_hash = excluded.body_hash
    RETURNING id, attempt`);
  if (reservation !== undefined) return { kind: "reserved", reservation };
  const known = await db.idempotencyKey.findUnique({ where: { actor_key: { actor, key } } });
  // Deleted since: what is left of its time is short, and asking again settles it.
  if (known === null) return { kind: "at-work" };
  if (known.route !== route || known.bodyHash !== bodyHash) return { kind: "other-request" };
  if (known.answerStatus === null) return { kind: "at-work" };
  const headers = known.answerHeaders as Record<string, string>;
  return { kind: "answered", answer: { status: known.answerStatus, headers, body: known.answerBody } };
}

/** Answered by this attempt, for good; one that was overtaken writes nothing. */
export async function saveAnswer(db: Database, { id, attempt }: Reservation, answer: RecordedAnswer): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    UPDATE idempotency_key SET answer_status = ${answer.status}, answer_headers = ${JSON.stringify(answer.headers)}::jsonb,
      answer_body = ${answer.body}
    WHERE id = ${id}::uuid AND attempt = ${attempt} AND answer_status IS NULL`);
}

/** The attempt failed and may have done its work or not: whoever sends the key again takes it up at once. */
export async function releaseKey(db: Database, { id, attempt }: Reservation, now: Date): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    UPDATE idempotency_key SET reserved_until = ${now}
    WHERE id = ${id}::uuid AND attempt = ${attempt} AND answer_status IS NULL`);
}
