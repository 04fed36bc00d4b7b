import { type Database, Prisma } from "@drumline/db";
import { closeGoneProblems, openProblems, type ProblemKind } from "@drumline/problems";

import type { SilentSource, WebhookConsumer } from "./webhook-consumer.ts";

const WEBHOOK_SOURCE_SILENT: ProblemKind = {
  context: "events",
  name: "WEBHOOK_SOURCE_SILENT",
  severity: "WARNING",
  cure: "Look at the sender: many delete or pause a webhook after some refusals. Switch it on there again, with the address and a secret of this source. What was missed is pulled where the consumer can pull.",
};

interface Silent extends SilentSource {
  readonly consumer: string;
  readonly silentAfterSeconds: number;
  readonly lastRefusal: string | null;
  readonly lastRefusedAt: Date | null;
}

/** Counted from the last webhook, or from the last change a person made. */
const isSilent = (at: Date): Prisma.Sql => Prisma.sql`
  NOT is_disabled AND silent_after_seconds IS NOT NULL
  AND greatest(coalesce(last_received_at, created_at), updated_at) < ${at}::timestamptz - make_interval(secs => silent_after_seconds)`;

/** Sources of which more was expected by now. */
export async function findSilentSources(db: Database, at: Date): Promise<Silent[]> {
  return await db.$queryRaw<Silent[]>(Prisma.sql`
    SELECT id, name, consumer, last_received_at AS "lastReceivedAt", silent_after_seconds AS "silentAfterSeconds",
      last_refusal AS "lastRefusal", last_refused_at AS "lastRefusedAt"
    FROM webhook_source WHERE ${isSilent(at)} ORDER BY name`);
}

/** Tells of them, and no longer of those that are heard again. */
export async function noteSilentSources(db: Database, silent: readonly Silent[], at: Date): Promise<void> {
  await db.$transaction(async (tx) => {
    await openProblems(
      tx,
      silent.map((source) => ({
        kind: WEBHOOK_SOURCE_SILENT,
        subject: { type: "webhook source", key: source.name },
        reason: toReason(source),
        detail: { webhookSource: source.id },
      })),
      at,
    );
    const isGone = Prisma.sql`NOT EXISTS (
      SELECT FROM webhook_source source WHERE source.name = problem.subject_key AND ${isSilent(at)})`;
    await closeGoneProblems(tx, { kind: WEBHOOK_SOURCE_SILENT, isGone, reason: "it is heard again", at });
  });
}

function toReason({ lastReceivedAt, silentAfterSeconds, lastRefusal, lastRefusedAt }: Silent): string {
  const since =
    lastReceivedAt === null ? "nothing has ever come" : `nothing has come since ${lastReceivedAt.toISOString()}`;
  const isNewer = lastRefusedAt !== null && (lastReceivedAt === null || lastRefusedAt > lastReceivedAt);
  return `${since}, and something was expected within ${silentAfterSeconds} s${isNewer ? `; what came was refused: ${lastRefusal}` : ""}`;
}

/** Asks their consumers to pull what may be missing: at once, and again each time as long has gone by. Returns how many. */
export async function askForMissed(
  db: Database,
  silent: readonly Silent[],
  consumers: ReadonlyMap<string, WebhookConsumer>,
  at: Date,
): Promise<number> {
  let asked = 0;
  for (const source of silent) {
    const consumer = consumers.get(source.consumer);
    if (consumer === undefined) continue;
    asked += await db.$transaction(async (tx) => {
      const noted = await tx.$executeRaw(Prisma.sql`
        UPDATE webhook_source SET pull_asked_at = ${at} WHERE id = ${source.id}::uuid AND ${isSilent(at)}
          AND (pull_asked_at IS NULL OR pull_asked_at <= ${at}::timestamptz - make_interval(secs => silent_after_seconds)
            OR pull_asked_at < last_received_at)`);
      if (noted > 0) await consumer.pullMissed(tx, source, at);
      return noted;
    });
  }
  return asked;
}
