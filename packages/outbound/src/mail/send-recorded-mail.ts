import type { Clock } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";
import type { Database } from "@drumline/db";

import { AuthenticationRefused, OutboundError } from "../http/errors.ts";
import { closeAccountProblem, noteMail, openAccountProblem } from "./mail-problems.ts";
import { claimMail, endMail, giveUpOrphan, loadMail, type RecordedMail } from "./mail.sql.ts";
import { MailAccountRefused, type Mailer, MailOutcomeUnknown, MailRefused } from "./port.ts";

export interface Sender {
  readonly db: Database;
  readonly mailer: Mailer;
  readonly clock: Clock;
  readonly run: { readonly id: string; readonly attempt: number };
  readonly signal: AbortSignal;
}

/**
 * Sends a queued mail, once whatever happens: it is marked SENDING before the provider is asked, so that a crash leaves
 * a mail whose outcome is unknown, and such a mail waits for a person. Returns what the record says in the end; SENDING
 * where somebody else is at it. Throws `AuthenticationRefused`, `RateLimited` or `MailNotSent`, and leaves it queued then.
 */
export async function sendRecordedMail({ db, mailer, clock, run, signal }: Sender, key: string): Promise<RecordedMail> {
  signal.throwIfAborted();
  const claimedBy = `${run.id}/${run.attempt}`;
  await giveUpOrphan(db, key, run.id, claimedBy, clock.now());
  const mail = await claimMail(db, key, claimedBy);
  if (mail !== null) {
    const { recipient, ...message } = mail;
    try {
      const messageId = await mailer.send({ to: [recipient], ...message }, signal);
      await endMail(db, key, claimedBy, { status: "SENT", messageId, at: clock.now() });
      await closeAccountProblem(db, clock.now());
    } catch (error) {
      const status = statusAfter(error, signal);
      await endMail(db, key, claimedBy, { status, error: messageOf(error), at: clock.now() });
      if (status === "QUEUED") {
        if (error instanceof MailAccountRefused || error instanceof AuthenticationRefused)
          await openAccountProblem(db, messageOf(error), clock.now());
        throw error;
      }
    }
  }
  const recorded = await loadMail(db, key);
  if (recorded === null) throw new Error(`no mail was queued under ${key}`);
  await noteMail(db, recorded, clock.now());
  return recorded;
}

/** An uncertain outcome becomes UNKNOWN: as QUEUED it could send the mail twice. */
function statusAfter(error: unknown, signal: AbortSignal): "QUEUED" | "FAILED" | "UNKNOWN" {
  if (error instanceof MailOutcomeUnknown) return "UNKNOWN";
  if (error instanceof MailRefused) return "FAILED";
  if (error instanceof OutboundError || (signal.aborted && error === signal.reason)) return "QUEUED";
  return "UNKNOWN";
}
