import { type Database, Prisma } from "@drumline/db";
import { closeProblems, openProblems, type ProblemKind } from "@drumline/problems";

import type { Pause } from "./plan-ending.ts";

const ROUTE_PAUSED: ProblemKind = {
  context: "integration",
  name: "ROUTE_PAUSED",
  severity: "WARNING",
  cure: "Look at the endpoint of its outgoing configuration, and at the credentials. Its tasks wait, and go on by themselves.",
};
/** Before that a pause is the other side's business: it asks for silence now and then, and restarts. */
const PAUSES_TO_TELL = 3;

interface PausedRoute {
  readonly id: bigint;
  readonly identifier: string;
}

const toSubject = ({ identifier }: PausedRoute) => ({ type: "route", key: identifier });

/**
 * The other side does not want to be asked until then. Counted, so that the next pause is longer; a route that is paused
 * for the third time in a row, or whose credentials are refused, is told as a problem.
 */
export async function pauseRoute(db: Database, route: PausedRoute, pause: Pause, now: Date): Promise<void> {
  const { reason, needsPerson } = pause;
  await db.$transaction(async (tx) => {
    const [{ pauses } = { pauses: 0 }] = await tx.$queryRaw<{ pauses: number }[]>(Prisma.sql`
      UPDATE integration_route SET
        paused_until = greatest(paused_until, ${new Date(pause.untilMs)}), paused_reason = ${reason}, pauses = pauses + 1
      WHERE id = ${route.id} RETURNING pauses`);
    if (!needsPerson && pauses < PAUSES_TO_TELL) return;
    await openProblems(tx, [{ kind: ROUTE_PAUSED, subject: toSubject(route), reason }], now);
  });
}

/** The other side takes what it is sent: the next pause is a first one again, and nobody has to look. */
export async function endPauses(db: Database, route: PausedRoute, now: Date): Promise<void> {
  // For every batch, and mostly there is none: a look is cheaper than a transaction.
  if ((await db.integrationRoute.count({ where: { id: route.id, pauses: { gt: 0 } } })) === 0) return;
  await db.$transaction(async (tx) => {
    const ended = await tx.$executeRaw(Prisma.sql`
      UPDATE integration_route SET paused_until = NULL, paused_reason = NULL, pauses = 0
      WHERE id = ${route.id} AND pauses > 0`);
    if (ended === 0) return;
    const subjects = [toSubject(route)];
    await closeProblems(tx, { kind: ROUTE_PAUSED, subjects, reason: "its endpoint takes tasks again", at: now });
  });
}
