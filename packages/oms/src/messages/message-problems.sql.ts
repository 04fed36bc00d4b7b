import { Prisma, type Transaction } from "@drumline/db";
import { closeGoneProblems, openProblems, type ProblemKind } from "@drumline/problems";

import type { ClaimedMessage } from "./messages.sql.ts";

const OMNITRON_MESSAGE_GIVEN_UP: ProblemKind = {
  context: "oms",
  name: "OMNITRON_MESSAGE_GIVEN_UP",
  severity: "ERROR",
  cure: "Omnitron does not know of this change. Correct the order in Omnitron, then have it told again, or close this where there is nothing left to tell.",
};

/** A person sees each message that Omnitron will not take. */
export async function openGivenUp(
  tx: Transaction,
  messages: readonly (ClaimedMessage & { readonly error: string })[],
  at: Date,
): Promise<void> {
  await openProblems(
    tx,
    messages.map(({ eventId, path, body, attempts, error }) => ({
      kind: OMNITRON_MESSAGE_GIVEN_UP,
      subject: { type: "omnitron message", key: eventId },
      reason: `Omnitron refused ${path} ${attempts + 1} times: ${error}`,
      detail: { path, body },
      actions: [{ label: "Tell it again", method: "POST", path: `/api/v1/oms/omnitron-messages/${eventId}/retry` }],
    })),
    at,
  );
}

/**
 * Closes what is open about messages that Omnitron has taken after all, or that are deleted, and about those that one of
 * `taken` makes out of date: a later message to the same path says all of it anew.
 */
export async function closeTold(tx: Transaction, taken: readonly bigint[], at: Date): Promise<void> {
  await closeGoneProblems(tx, {
    kind: OMNITRON_MESSAGE_GIVEN_UP,
    isGone: Prisma.sql`NOT EXISTS (
      SELECT FROM omnitron_message message
      WHERE message.event_id = problem.subject_key::uuid AND message.sent_at IS NULL AND NOT EXISTS (
        SELECT FROM omnitron_message later
        WHERE later.id = ANY(${[...taken]}::bigint[]) AND later.id > message.id AND later.path = message.path))`,
    reason: "Omnitron has taken it, or what came after it, or its record was deleted",
    at,
  });
}
