import type { StorySeen } from "./observe.ts";
import { expectCount, type Violation, violation } from "./violation.ts";

/** Every notice has come to its end, and every mail on record left once; one whose outcome nobody knows waits for a person. */
export function judgeMails(seen: StorySeen): Violation[] {
  return [...judgeNotices(seen), ...judgeRecorded(seen), ...judgeMailbox(seen)];
}

function judgeNotices({ notices, mails }: StorySeen): Violation[] {
  const keys = new Set(mails.map(({ key }) => key));
  return notices.flatMap(({ key, status, error }): Violation[] => {
    if (status === "DUE") return [violation("stuck", key, "the notice is still due")];
    if (status === "FAILED") return [violation("wrong", key, `the notice failed: ${error}`)];
    if (status === "QUEUED" && !keys.has(key)) return [violation("lost", key, "the notice has no mail")];
    if (status === "SUPERSEDED" && error === null && !key.startsWith("lead/"))
      return [violation("lost", key, "the notice was dropped without a reason")];
    return [];
  });
}

function judgeRecorded({ mails, problems }: StorySeen): Violation[] {
  return mails.flatMap(({ key, status, error }): Violation[] => {
    if (status === "SENT") return [];
    if (status !== "UNKNOWN") {
      // Taken back before it left.
      const isTakenBack = status === "FAILED" && error?.startsWith("withdrawn") === true;
      return isTakenBack ? [] : [violation("stuck", key, `the mail is ${status}: ${error}`)];
    }
    return expectCount(
      key,
      "problems of a mail whose outcome nobody knows",
      Math.min(1, problems.filter(({ kind, subject }) => kind === "MAIL_UNKNOWN" && subject === key).length),
      1,
    );
  });
}

/** What came, by person and subject, is what was sent, and at most what may have been besides. */
function judgeMailbox({ mails, mailbox }: StorySeen): Violation[] {
  const nameOf = (recipient: string, subject: string): string => `${recipient}: ${subject}`;
  const count = (names: readonly string[]): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
    return counts;
  };
  const of = (status: string) =>
    count(mails.filter((mail) => mail.status === status).map(({ recipient, subject }) => nameOf(recipient, subject)));
  const [sent, unknown] = [of("SENT"), of("UNKNOWN")];
  const came = count(mailbox.map(({ to, subject }) => nameOf(to[0]!, subject)));
  return [...new Set([...sent.keys(), ...came.keys()])].flatMap((name) => {
    const least = sent.get(name) ?? 0;
    const found = came.get(name) ?? 0;
    if (found >= least && found <= least + (unknown.get(name) ?? 0)) return [];
    return expectCount(name, "mails in the mailbox", found, least);
  });
}
