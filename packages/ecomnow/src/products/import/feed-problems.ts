import type { Transaction } from "@drumline/db";
import { closeProblems, type NewProblem, openProblems, type ProblemKind } from "@drumline/problems";

import type { ImportEnding } from "./feed-import.sql.ts";

const FEED_FAILED: ProblemKind = {
  context: "ecomnow",
  name: "FEED_FAILED",
  severity: "WARNING",
  cure: "The vendor's products stay as they were, and the next run reads the feed again. If it goes on, look at the vendor's address and credentials.",
};
const FEED_BAD_LINES: ProblemKind = {
  context: "ecomnow",
  name: "FEED_BAD_LINES",
  severity: "WARNING",
  cure: "The other lines are taken. Ask the vendor to correct these; ecomnow_feed_bad_line has up to a thousand of them.",
};
const MOST_LINES_TOLD = 10;

/** What a person must see of how a feed ended; a feed that is well closes what was said of it. In the transaction of its record. */
export async function showFeedEnding(tx: Transaction, vendor: string, ending: ImportEnding): Promise<void> {
  const { status, at } = ending;
  const found = toProblem(vendor, ending);
  // A feed that is not applied, or is the same as before, says nothing new of the lines that were bad.
  const past = { APPLIED: [FEED_FAILED, FEED_BAD_LINES], NOT_MODIFIED: [FEED_FAILED], HELD: [FEED_FAILED], FAILED: [] };
  const kind = past[status].filter((other) => other !== found?.kind);
  await closeProblems(tx, { kind, subjects: [toSubject(vendor)], reason: "the feed was read", at });
  if (found !== null) await openProblems(tx, [found], at);
}

const toSubject = (vendor: string) => ({ type: "feed", key: vendor });

function toProblem(vendor: string, { status, fault, counts, badLines }: ImportEnding): NewProblem | null {
  const subject = toSubject(vendor);
  if (status === "FAILED" && fault?.code !== "STOPPED")
    return { kind: FEED_FAILED, subject, reason: `${fault?.code}: ${fault?.reason}` };
  if (status !== "APPLIED" || badLines.length === 0) return null;
  const codes = [...new Set(badLines.map(({ code }) => code))].toSorted();
  const first = badLines.slice(0, MOST_LINES_TOLD).map((line) => ({ ...line }));
  return { kind: FEED_BAD_LINES, subject, reason: `lines are bad: ${codes.join(", ")}`, detail: { counts, first } };
}
