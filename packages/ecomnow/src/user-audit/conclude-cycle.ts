import { Cancel, type TaskContext } from "@drumline/core/task";
import type { Database, Transaction } from "@drumline/db";
import { queueMails } from "@drumline/outbound/mail";

import type { EcomnowSettings } from "../settings.ts";
import { MOST_SHOWN, toDigestMails } from "./digest/digest-mail.ts";
import { countRemovals, insertCycle, loadBaseline, lockAudit, saveCycleCounts } from "./findings/cycle.sql.ts";
import { closeSettledActions } from "./failed-actions.sql.ts";
import { closeHeldListing, openHeldListing } from "./findings/held-listing.ts";
import { closeFindings, openFindings, refreshFindings, takeIntoDigest } from "./findings/finding.sql.ts";
import type { AuditTerms } from "./evaluate-user.ts";
import { dropCandidates } from "./listing/candidate.sql.ts";
import { findLoss, type ListingSize } from "./listing/find-loss.ts";

type Context = TaskContext<unknown, { readonly settings: Pick<EcomnowSettings, "userAuditMaxLossPercent"> }, Database>;

/**
 * Turns a complete listing into findings, in one transaction: seen again, no longer so, new, and the mail about the new
 * ones. A listing that lost too many users is put on record as held, and nothing is concluded from it.
 */
export async function concludeCycle(
  { db, clock, run, gateways }: Context,
  terms: AuditTerms,
  size: ListingSize,
  recipients: readonly string[],
): Promise<void> {
  await db.$transaction(async (tx) => {
    await lockAudit(tx, terms);
    const heldReason = await findHoldReason(tx, terms, size, gateways.settings.userAuditMaxLossPercent);
    const completedAt = clock.now();
    const cycleId = await insertCycle(tx, {
      ...terms,
      ...size,
      runId: run.id,
      startedAt: terms.now,
      completedAt,
      heldReason,
    });
    if (heldReason !== null) {
      await openHeldListing(tx, terms, { cycleId, reason: heldReason, at: completedAt });
    } else {
      await closeHeldListing(tx, terms, `cycle ${cycleId} was concluded`, completedAt);
      const tells = recipients.length > 0;
      const conclusion = { ...terms, runId: run.id, cycleId, tells };
      const again = await refreshFindings(tx, conclusion);
      const closed = await closeFindings(tx, conclusion);
      if (closed > 0) await closeSettledActions(tx, completedAt);
      const opened = await openFindings(tx, conclusion);
      await saveCycleCounts(tx, cycleId, { found: again + opened, opened, closed });
      if (tells) {
        const told = await takeIntoDigest(tx, conclusion, MOST_SHOWN);
        if (told.total > 0) await queueMails(tx, toDigestMails({ terms, cycleId, ...told }, recipients), completedAt);
      }
    }
    await dropCandidates(tx, run.id);
  });
}

/** Why the listing is held; null where it is not. Throws `Cancel` where a younger listing has been concluded already. */
async function findHoldReason(
  tx: Transaction,
  terms: AuditTerms,
  size: ListingSize,
  maxLossPercent: number,
): Promise<string | null> {
  const baseline = await loadBaseline(tx, terms);
  if (baseline === null) return null;
  if (baseline.startedAt > terms.now)
    throw new Cancel(
      `Cycle ${baseline.id} began later and is concluded already: this listing is out of date, nothing was changed.`,
    );
  return findLoss(size, baseline, await countRemovals(tx, terms.platform, baseline.startedAt), maxLossPercent);
}
