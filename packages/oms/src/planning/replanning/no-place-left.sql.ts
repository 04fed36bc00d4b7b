import { type Database, Prisma, type Transaction } from "@drumline/db";
import { closeGoneProblems, openProblems, type ProblemKind, type ProblemSubject } from "@drumline/problems";

import { EXCEPTION_STATES } from "../../states/package-states.ts";
import type { Replan } from "./replan.sql.ts";

/** Locations refused or failed it, and no other can serve it: it may lie in stock and still never be planned. */
const PACKAGE_HAS_NO_PLACE: ProblemKind = {
  context: "oms",
  name: "PACKAGE_HAS_NO_PLACE",
  severity: "WARNING",
  cure: "Plan it by MANUAL_PLANNING, or cancel it. A location that failed counts again when its level rises or its discrepancy is cleared.",
};

/** Shows packages that found no place again, as far as locations are left out that failed them before. */
export async function openNoPlaceLeft(tx: Transaction, failed: readonly Replan[], at: Date): Promise<void> {
  const shown = failed.flatMap((replan) => {
    const lines = replan.order.lines.filter(({ excludedLocationIds }) => excludedLocationIds.length > 0);
    return lines.length === 0 ? [] : [{ replan, lines }];
  });
  await openProblems(
    tx,
    shown.map(({ replan, lines }) => ({
      kind: PACKAGE_HAS_NO_PLACE,
      subject: toSubject(replan.packageNumber),
      reason: `no location can send ${lines.map(({ sku }) => sku).join(", ")}, but for those that failed it before`,
      detail: {
        order: replan.order.number,
        lines: lines.map(({ sku, wanted, excludedLocationIds }) => ({
          sku,
          wanted,
          failedLocationIds: excludedLocationIds.map(String),
        })),
      },
    })),
    at,
  );
}

/** Closes what is known of packages that wait for a place no more: planned again, cancelled, or never to be found. */
export async function closeNoPlaceLeft(db: Database, at: Date): Promise<void> {
  await closeGoneProblems(db, {
    kind: PACKAGE_HAS_NO_PLACE,
    isGone: Prisma.sql`NOT EXISTS (
      SELECT FROM package
      WHERE package.number = problem.subject_key AND package.state::text = ANY(${[...EXCEPTION_STATES]}::text[]))`,
    reason: "it waits for a place no more",
    at,
  });
}

const toSubject = (packageNumber: string): ProblemSubject => ({ type: "package", key: packageNumber });
