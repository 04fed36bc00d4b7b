import type { TaskContext } from "@drumline/core/task";
import type { Database } from "@drumline/db";
import {
  loadUnsettledOfKinds,
  type Mailer,
  sendRecordedMail,
  type UnsettledMail,
  withdrawMail,
} from "@drumline/outbound/mail";

import { loadQueuedNotice, supersedeQueued } from "./claim-notices.sql.ts";
import { MAIL_KINDS } from "./compose-mail.ts";
import { decide, followUp, type SendingTerms } from "./record-mails.ts";

type Context = TaskContext<unknown, { readonly mailer: Mailer }, Database>;

export interface SentCounts {
  sent: number;
  refused: number;
  unknown: number;
  /** Not sent after all: sold out, bought, unsubscribed or delivered since it was written. */
  withdrawn: number;
  waiting: number;
}

const MAILS_AT_ONCE = 100;

/**
 * Hands over what is on record, of this run or of one that ended too soon, each once. What is no longer true when its
 * turn comes is taken back. Throws where no mail can be sent at all, with every mail left as it was.
 */
export async function sendQueued(context: Context, terms: SendingTerms): Promise<SentCounts> {
  const { db, signal, gateways } = context;
  const counts: SentCounts = { sent: 0, refused: 0, unknown: 0, withdrawn: 0, waiting: 0 };
  let last: UnsettledMail | null = null;
  for (;;) {
    const mails: readonly UnsettledMail[] = await loadUnsettledOfKinds(db, MAIL_KINDS, last, MAILS_AT_ONCE);
    for (const { key, status } of mails) {
      signal.throwIfAborted();
      const verdict = status === "QUEUED" ? await lookAgain(context, key, terms) : "MAIL";
      if (verdict === "SUPERSEDED") counts.withdrawn += 1;
      if (verdict === "WAIT") counts.waiting += 1;
      if (verdict === "MAIL") note(await sendRecordedMail({ ...context, mailer: gateways.mailer }, key));
    }
    last = mails.at(-1) ?? null;
    if (last === null) return counts;
  }

  function note({ key, status, error }: Awaited<ReturnType<typeof sendRecordedMail>>): void {
    if (status === "SENT") counts.sent += 1;
    if (status !== "FAILED" && status !== "UNKNOWN") return;
    counts[status === "FAILED" ? "refused" : "unknown"] += 1;
    context.reportProblem({ recordId: `mail ${key}`, error: `${status}: ${error}` });
  }
}

/** Whether it may still be sent. A mail whose notice is gone was decided upon, and is sent. */
async function lookAgain(
  { db, clock }: Context,
  key: string,
  terms: SendingTerms,
): Promise<"MAIL" | "WAIT" | "SUPERSEDED"> {
  const now = clock.now();
  return await db.$transaction(async (tx) => {
    const notice = await loadQueuedNotice(tx, key);
    if (notice === null) return "MAIL";
    const { decisions } = await decide(tx, [notice], { ...terms, now, isSecondLook: true });
    const [decision] = decisions;
    if (decision === undefined || decision.kind === "FAILED") return "MAIL";
    if (decision.kind !== "SUPERSEDED") return decision.kind;
    // Somebody else may have begun to send it.
    if (!(await withdrawMail(tx, key))) return "WAIT";
    await supersedeQueued(tx, notice.id, decision.reason, now);
    await followUp(tx, [[notice, decision]], now);
    return "SUPERSEDED";
  });
}
