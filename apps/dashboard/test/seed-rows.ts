import { randomUUID } from "node:crypto";

import type { TestDatabase } from "@drumline/testing";

const TASK = "oms.orders.tasks.get_orders_from_omnitron";
const MINUTE_MS = 60_000;

/** A day as operators know it: schedules that fire, runs of every kind, problems of every severity. */
export async function seedDay({ db }: TestDatabase): Promise<void> {
  const now = Date.now();
  const ago = (minutes: number) => new Date(now - minutes * MINUTE_MS);
  const schedules = await Promise.all(
    [
      { key: "omnitron-orders", everyMs: 5n * 60_000n },
      { key: "fulfil-waiting-orders", everyMs: 60_000n },
      { key: "check-watched-apis", everyMs: 25n * 60_000n },
    ].map(async ({ key, everyMs }) => {
      const id = randomUUID();
      await db.schedule.create({
        data: {
          id,
          key,
          source: "ENV",
          task: TASK,
          triggerKind: "INTERVAL",
          everyMs,
          timeoutMs: 60_000n,
          anchorAt: ago(60),
          contentHash: "",
        },
      });
      return id;
    }),
  );
  const statuses = [
    "FINISHED",
    "FINISHED",
    "FINISHED",
    "FAILED",
    "SKIPPED",
    "TIMED_OUT",
    "MISSED",
    "CANCELLED",
  ] as const;
  for (let at = 0; at < 120; at += 1) {
    const status = statuses[at % statuses.length]!;
    const dueAt = ago(at * 11 + 3);
    const ran = status === "FINISHED" || status === "FAILED" || status === "TIMED_OUT";
    await db.run.create({
      data: {
        id: randomUUID(),
        task: TASK,
        queue: "oms",
        origin: "SCHEDULE",
        scheduleId: schedules[at % schedules.length]!,
        timeoutMs: 60_000n,
        status,
        dueAt,
        createdAt: dueAt,
        ...(ran
          ? { startedAt: new Date(dueAt.getTime() + 20), finishedAt: new Date(dueAt.getTime() + 1_400 + at * 37) }
          : {}),
        ...(status === "FAILED" ? { error: `The carrier answered 503 to parcel ${at}` } : {}),
        ...(status === "SKIPPED" ? { reasonCode: "OVERLAP", reason: "An earlier run is still open." } : {}),
      },
    });
  }
  for (const kind of ["beat", "worker"])
    await db.$executeRaw`
      INSERT INTO process_heartbeat (id, kind, host, pid, started_at, beat_at)
      VALUES (${`${kind}@test:1`}, ${kind}, 'test', 1, now() - interval '3 hours', now() + interval '1 hour')`;
  const security = [
    ["SIGN_IN", "ada", null, "10.0.0.7", { method: "PASSWORD" }],
    ["REFUSED", "otto", null, "10.0.0.9", { code: "FORBIDDEN", via: "session", method: "GET", route: "/api/v1/users" }],
    ["WRONG_TOKENS_BLOCKED", null, null, "203.0.113.9", {}],
    ["TOKEN_ROTATED", "ada", "store", "10.0.0.7", {}],
  ] as const;
  for (const [kind, actor, subject, remoteAddr, detail] of security)
    await db.securityEvent.create({ data: { at: ago(20), kind, actor, subject, remoteAddr, detail } });
  const problems = [
    ["ERROR", "ORDER_CONTRADICTS", "order", "D1007", "Omnitron says cancelled, and the parcel has left.", "oms"],
    ["WARNING", "MAIL_UNKNOWN", "mail", "m-2381", "SES does not say whether it was sent.", "ecomnow"],
    ["INFO", "FEED_OLD", "vendor", "Northwind", "The feed is three days old.", "ecomnow"],
  ] as const;
  for (const [severity, kind, subjectType, subjectKey, reason, context] of problems)
    await db.problem.create({
      data: {
        context,
        kind,
        subjectType,
        subjectKey,
        severity,
        reason,
        cure: "Look at both systems, then say here what was done.",
        detail: { orderNumber: subjectKey, seen: [1, 2, 3], "<b>markup</b>": "is text" },
        openedAt: ago(95),
        lastSeenAt: ago(4),
      },
    });
}
