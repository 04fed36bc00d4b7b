import type { JsonObject, TaskContext } from "@drumline/core/task";
import type { Database } from "@drumline/db";
import type { CognitoGateway } from "@drumline/outbound/aws";

import type { EcomnowSettings } from "../settings.ts";
import { countRemovals, loadBaseline } from "./findings/cycle.sql.ts";
import { countOpen } from "./findings/finding.sql.ts";
import type { AuditTerms } from "./evaluate-user.ts";
import { findOpenNames } from "./listing/candidate.sql.ts";
import { findLoss } from "./listing/find-loss.ts";
import { readListing } from "./listing/read-listing.ts";
import { countInView } from "./listing/view-rows.sql.ts";

interface Gateways {
  readonly cognito: Pick<CognitoGateway, "listUsers">;
  readonly settings: Pick<EcomnowSettings, "userAuditMaxLossPercent">;
}

const MOST_LISTED = 100;

/** What the audit would find, and whom it would tell; reads only. */
export async function dryRunAudit(
  context: TaskContext<unknown, Gateways, Database>,
  terms: AuditTerms,
  recipients: readonly string[],
): Promise<JsonObject> {
  const { db, gateways } = context;
  const counts = { listed: 0, ofPlatform: 0, found: 0, new: 0, again: 0 };
  const wouldFind: JsonObject[] = [];
  for await (const { listed, ofPlatform, candidates } of readListing(context, terms)) {
    const open = await findOpenNames(
      db,
      terms,
      candidates.map(({ username }) => username),
    );
    const fresh = candidates.filter(({ username }) => !open.has(username));
    for (const { username, email, lastLoginAt } of fresh.slice(0, MOST_LISTED - wouldFind.length))
      wouldFind.push({ username, email, lastLoginAt: lastLoginAt?.toISOString() ?? null });
    counts.listed += listed;
    counts.ofPlatform += ofPlatform;
    counts.found += candidates.length;
    counts.new += fresh.length;
    counts.again += open.size;
    context.progress(counts.listed);
  }
  const inView = await countInView(db, terms.platform);
  const baseline = await loadBaseline(db, terms);
  const removed = baseline === null ? null : await countRemovals(db, terms.platform, baseline.startedAt);
  const size = { listed: counts.listed, ofPlatform: counts.ofPlatform, inView };
  const held = removed === null ? null : findLoss(size, baseline, removed, gateways.settings.userAuditMaxLossPercent);
  const closed = (await countOpen(db, terms)) - counts.again;
  return { ...counts, inView, closed, held, wouldFind, wouldTell: [...recipients] };
}
