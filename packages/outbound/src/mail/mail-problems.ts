import type { Database, Transaction } from "@drumline/db";
import { closeProblems, openProblems, type ProblemKind } from "@drumline/problems";

import type { RecordedMail } from "./mail.sql.ts";

const MAIL_UNKNOWN: ProblemKind = {
  context: "outbound",
  name: "MAIL_UNKNOWN",
  severity: "WARNING",
  cure: "Ask the recipient, or SES, whether it arrived; then say so: it is settled as sent, or sent again.",
};

const MAIL_REFUSED: ProblemKind = {
  context: "outbound",
  name: "MAIL_REFUSED",
  severity: "WARNING",
  cure: "Put the address right where it comes from; where it was right, have the mail sent again.",
};

const MAIL_ACCOUNT: ProblemKind = {
  context: "outbound",
  name: "MAIL_ACCOUNT",
  severity: "ERROR",
  cure: "Look at the account of SES: its sending, its quota, its verified senders and our credentials. Mail waits until it is accepted.",
};

const ACCOUNT = { type: "mail account", key: "SES" };
const toSubject = (key: string) => ({ type: "mail", key });

/** Tells of a mail of which nobody knows whether it went out, or that was refused; it no longer does once that is settled. */
export async function noteMail(
  db: Database,
  { id, key, kind, recipient, status, error }: RecordedMail,
  at: Date,
): Promise<void> {
  // A refused one leaves that state by a person's word alone, which closes its problem itself.
  if (status === "SENT")
    await closeProblems(db, { kind: MAIL_UNKNOWN, subjects: [toSubject(key)], reason: "the mail was sent", at });
  if (status !== "UNKNOWN" && status !== "FAILED") return;
  const action = (label: string, outcome: string) =>
    ({ label, method: "POST", path: `/api/v1/mails/${id}/${outcome}` }) as const;
  await openProblems(
    db,
    [
      {
        kind: status === "UNKNOWN" ? MAIL_UNKNOWN : MAIL_REFUSED,
        subject: toSubject(key),
        reason: error ?? status,
        detail: { mail: id, kind, recipient },
        actions: [
          ...(status === "UNKNOWN" ? [action("It was sent", "sent")] : []),
          action("It was not sent: send it again", "not-sent"),
        ],
      },
    ],
    at,
  );
}

export async function closeMailProblems(
  db: Database | Transaction,
  key: string,
  reason: string,
  at: Date,
): Promise<void> {
  for (const kind of [MAIL_UNKNOWN, MAIL_REFUSED])
    await closeProblems(db, { kind, subjects: [toSubject(key)], reason, at });
}

/** Tells that no mail leaves, for a reason that lies with the account. */
export async function openAccountProblem(db: Database, reason: string, at: Date): Promise<void> {
  await openProblems(db, [{ kind: MAIL_ACCOUNT, subject: ACCOUNT, reason }], at);
}

export async function closeAccountProblem(db: Database, at: Date): Promise<void> {
  await closeProblems(db, { kind: MAIL_ACCOUNT, subjects: [ACCOUNT], reason: "a mail was accepted again", at });
}
