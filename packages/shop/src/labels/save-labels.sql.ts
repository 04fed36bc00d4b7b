import { randomUUID } from "node:crypto";

import { toStorableText } from "@drumline/core/text";
import { type Database, isClaimedBy, Prisma, unclaimed } from "@drumline/db";
import type { BoughtLabel } from "@drumline/outbound/carriers";
import { closeProblems, openProblems } from "@drumline/problems";

import type { ClaimedLabel } from "./claim-labels.sql.ts";
import { LABEL_FAILED, LABEL_NOT_VOIDED, toLabelProblem } from "./label-problems.ts";

const ERROR_CODE_POINTS = 2_000;

/** What came of one label. */
export type LabelEnd =
  | {
      readonly kind: "bought";
      readonly bought: BoughtLabel;
      readonly pdf: Uint8Array;
      readonly extra: readonly BoughtLabel[];
    }
  | { readonly kind: "voided"; readonly isBack: boolean }
  /** Never by itself: a person mends what is named. `bought` where the carrier has sold it all the same. */
  | { readonly kind: "failed"; readonly error: string; readonly bought: BoughtLabel | null }
  | { readonly kind: "later"; readonly error: string; readonly nextTryAt: Date };

/**
 * Ends the claim on one label by what came of it, in one transaction with its parcel's number and its problem. Bought for a
 * parcel that was cancelled meanwhile, it is given back next; so is every further one that was sold under its reference.
 * False where the claim was lost: another try has it, and looks it up.
 */
export async function saveLabelEnd(
  db: Database,
  label: ClaimedLabel,
  end: LabelEnd,
  runId: string,
  at: Date,
): Promise<boolean> {
  return await db.$transaction(async (tx) => {
    const bought = end.kind === "bought" || end.kind === "failed" ? end.bought : null;
    const [saved] = await tx.$queryRaw<{ status: string }[]>(Prisma.sql`
      UPDATE shop_label SET ${unclaimed}, ${toChange(end, at)},
        carrier_label_id = coalesce(${bought?.labelId ?? null}, shop_label.carrier_label_id),
        tracking_number = coalesce(${bought?.trackingNumber ?? null}, shop_label.tracking_number)
      FROM shop_parcel AS parcel
      WHERE shop_label.id = ${label.id}::uuid AND parcel.id = shop_label.parcel_id AND ${isClaimedBy(runId, "shop_label")}
      RETURNING shop_label.status::text AS status`);
    if (saved === undefined) return false;
    const subject = { type: "parcel", key: label.parcelReference };
    if (end.kind === "bought") {
      if (saved.status === "BOUGHT")
        await tx.$executeRaw(Prisma.sql`
          UPDATE shop_parcel SET tracking_number = ${end.bought.trackingNumber}, tracking_url = ${end.bought.trackingUrl},
            next_check_at = coalesce(next_check_at, ${at})
          WHERE id = ${label.parcelId}`);
      await saveExtraLabels(tx, label, end.extra, at);
      await closeProblems(tx, { kind: LABEL_FAILED, subjects: [subject], reason: "the label was bought", at });
    }
    if (end.kind === "failed") await openProblems(tx, [toLabelProblem(LABEL_FAILED, label, end.error)], at);
    if (end.kind === "voided" && !end.isBack) {
      const reason = `label ${label.carrierLabelId} (${label.reference}) is not needed, and its parcel is under way`;
      await openProblems(tx, [toLabelProblem(LABEL_NOT_VOIDED, label, reason)], at);
    }
    return true;
  });
}

function toChange(end: LabelEnd, at: Date): Prisma.Sql {
  switch (end.kind) {
    case "bought":
      return Prisma.sql`status = CASE WHEN parcel.status = 'CANCELLED' THEN 'VOIDING' ELSE 'BOUGHT' END::shop_label_status,
        pdf = ${Buffer.from(end.pdf)}, bought_at = ${at}, error = NULL,
        next_try_at = CASE WHEN parcel.status = 'CANCELLED' THEN ${at}::timestamptz END`;
    case "voided":
      return Prisma.sql`status = ${end.isBack ? "VOIDED" : "BOUGHT"}::shop_label_status, voided_at = ${end.isBack ? at : null},
        next_try_at = NULL, error = NULL`;
    case "failed":
      return Prisma.sql`status = ${end.bought === null ? "FAILED" : "VOIDING"}::shop_label_status, pdf = NULL,
        error = ${toStorableText(end.error, ERROR_CODE_POINTS)}, next_try_at = ${end.bought === null ? null : at}::timestamptz`;
    case "later":
      return Prisma.sql`error = ${toStorableText(end.error, ERROR_CODE_POINTS)}, next_try_at = ${end.nextTryAt}`;
  }
}

/** Sold under the same reference, after answers that were lost: rows of their own, to be given back. */
async function saveExtraLabels(
  tx: Pick<Database, "$executeRaw">,
  { parcelId, reference }: ClaimedLabel,
  extra: readonly BoughtLabel[],
  at: Date,
): Promise<void> {
  if (extra.length === 0) return;
  const rows = extra.map((each) => ({ id: randomUUID(), ...each, reference: `${reference}/${each.labelId}` }));
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO shop_label (id, parcel_id, reference, status, carrier_label_id, tracking_number, created_at, bought_at, next_try_at)
    SELECT id, ${parcelId}, reference, 'VOIDING', "labelId", "trackingNumber", ${at}, ${at}, ${at}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS extra(id uuid, reference text, "labelId" text, "trackingNumber" text)
    ON CONFLICT (reference) DO NOTHING`);
}
