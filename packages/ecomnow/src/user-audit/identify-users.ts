import { Cancel, type JsonObject, type TaskContext, type TaskResult } from "@drumline/core/task";
import type { Database } from "@drumline/db";
import type { CognitoGateway } from "@drumline/outbound/aws";
import { toOutcome } from "@drumline/outbound/http";
import type { Mailer } from "@drumline/outbound/mail";

import type { EcomnowSettings } from "../settings.ts";
import { concludeCycle } from "./conclude-cycle.ts";
import { sendDigests } from "./digest/send-digests.ts";
import { dryRunAudit } from "./dry-run-audit.ts";
import type { AuditType } from "./finding.ts";
import { type Cycle, loadCycleOfRun } from "./findings/cycle.sql.ts";
import type { AuditTerms } from "./evaluate-user.ts";
import { toPlatformWord } from "./fold-name.ts";
import { dropCandidates, stageCandidates } from "./listing/candidate.sql.ts";
import { readListing } from "./listing/read-listing.ts";
import { noteUnscheduled } from "./listing/unscheduled.sql.ts";
import { countInView } from "./listing/view-rows.sql.ts";

export interface AuditArgs {
  readonly platform: string;
  readonly recipients?: readonly string[] | undefined;
  readonly months?: number | undefined;
}

interface Gateways {
  readonly cognito: Pick<CognitoGateway, "listUsers">;
  readonly mailer: Mailer;
  readonly settings: Pick<EcomnowSettings, "userAuditMaxLossPercent">;
}

type Context = TaskContext<AuditArgs, Gateways, Database>;

/**
 * The task that identifies users by one of the three audits (eComNow guide). It only identifies; what is done about a
 * finding is a person's choice. The record limit of a run is not heeded: half a listing says nothing.
 */
export function identifyUsers(auditType: AuditType) {
  return async (context: Context): Promise<TaskResult> => {
    const { recipients = [], months = 6 } = context.args;
    const platform = toPlatformWord(context.args.platform);
    const terms: AuditTerms = { auditType, platform, months, now: context.clock.now() };
    try {
      if (context.dryRun) return await dryRunAudit(context, terms, recipients);
      const concluded = await loadCycleOfRun(context.db, context.run.id);
      const { cycle, ...counted } =
        concluded === null ? await runCycle(context, terms, recipients) : { cycle: concluded };
      if (cycle.status === "HELD") throw new Cancel(toHeldMessage(cycle));
      const mails = await sendDigests(context, terms);
      return { ...toCounts(cycle), ...counted, mails };
    } catch (error) {
      throw toOutcome(error);
    }
  };
}

async function runCycle(context: Context, terms: AuditTerms, recipients: readonly string[]) {
  const { db, run, signal } = context;
  let [listed, ofPlatform, unscheduled] = [0, 0, 0];
  const others = new Map<string, number>();
  await dropCandidates(db, run.id);
  try {
    for await (const judged of readListing(context, terms)) {
      await stageCandidates(db, run.id, judged.candidates);
      listed += judged.listed;
      ofPlatform += judged.ofPlatform;
      for (const word of judged.others) others.set(word, (others.get(word) ?? 0) + 1);
      context.progress(listed);
      signal.throwIfAborted();
    }
    const inView = await countInView(db, terms.platform);
    await concludeCycle(context, terms, { listed, ofPlatform, inView }, recipients);
    unscheduled = await noteUnscheduled(db, terms, others, context.clock.now());
  } catch (error) {
    // Where this fails too, the first error is the one to hear of; leftovers go after two days.
    await dropCandidates(db, run.id).catch(() => undefined);
    throw error;
  }
  return { cycle: (await loadCycleOfRun(db, run.id))!, unscheduled };
}

const toCounts = ({ id, listed, ofPlatform, inView, found, opened, closed }: Cycle): JsonObject => ({
  cycle: Number(id),
  listed,
  ofPlatform,
  inView,
  found,
  new: opened,
  again: found - opened,
  closed,
});

const toHeldMessage = ({ id, heldReason }: Cycle): string =>
  `Held for confirmation: ${heldReason}. Nothing was concluded. If the figures are right, confirm them with ` +
  `POST /api/v1/user-audits/cycles/${id}/confirm and start the audit again; if not, find out why users are missing.`;
