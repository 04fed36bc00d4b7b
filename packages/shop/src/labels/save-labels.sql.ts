import { randomUUID } from "node:crypto";

import { type Database, isClaimedBy, lockedById, Prisma, toErrorText, type Transaction, unclaimed } from "@drumline/db";
import type { BoughtLabel } from "@drumline/outbound/carriers";
import { closeProblems, openProblems } from "@drumline/problems";

import type { ClaimedLabel } from "./claim-labels.sql.ts";
import { LABEL_FAILED, LABEL_NOT_VOIDED, toLabelProblem } from "./label-problems.ts";

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

export interface EndedLabel {
  readonly label: ClaimedLabel;
  readonly end: LabelEnd;
}

/**
 * Ends the claims on labels by what came of each, in one transaction with their parcels' numbers and their problems. Bought
 * for a parcel that was cancelled meanwhile, a label is given back next; so is every further one that was sold under its
 * reference. False for one whose claim was lost: another try has it, and looks it up.
 */
export async function saveLabelEnds(
  db: Database,
  ended: readonly EndedLabel[],
  runId: string,
  at: Date,
): Promise<boolean[]> {
  return await db.$transaction(async (tx) => {
    // Before the statement that reads their states: else one that is being cancelled keeps a label that nobody gives back.
    const parcelIds = [...new Set(ended.map(({ label }) => label.parcelId))];
    await tx.$queryRaw(Prisma.sql`
      SELECT id FROM shop_parcel WHERE id = ANY(${parcelIds}::bigint[]) ORDER BY id FOR NO KEY UPDATE`);
    const statuses = await updateLabels(tx, ended, runId, at);
    const saved = ended.filter(({ label }) => statuses.has(label.id));
    await numberParcels(
      tx,
      saved.filter(({ label }) => statuses.get(label.id) === "BOUGHT"),
      at,
    );
    await saveExtraLabels(tx, saved, at);
    await saveProblems(tx, saved, at);
    return ended.map(({ label }) => statuses.has(label.id));
  });
}

/** Answers the new states of those that are still this run's. */
async function updateLabels(
  tx: Transaction,
  ended: readonly EndedLabel[],
  runId: string,
  at: Date,
): Promise<Map<string, string>> {
  const rows = await tx.$queryRaw<{ id: string; status: string }[]>(Prisma.sql`
    WITH ended AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(ended.map(toChange))}::jsonb) AS ended(id uuid, kind text, "isBack" boolean,
        "labelId" text, "trackingNumber" text, pdf text, error text, "nextTryAt" timestamptz)
    ), ${lockedById("shop_label", Prisma.sql`id IN (SELECT id FROM ended) AND ${isClaimedBy(runId)}`)}
    UPDATE shop_label AS label SET ${unclaimed}, error = ended.error,
      carrier_label_id = coalesce(ended."labelId", label.carrier_label_id),
      tracking_number = coalesce(ended."trackingNumber", label.tracking_number),
      pdf = CASE ended.kind WHEN 'bought' THEN decode(ended.pdf, 'base64') WHEN 'failed' THEN NULL ELSE label.pdf END,
      bought_at = CASE ended.kind WHEN 'bought' THEN ${at}::timestamptz ELSE label.bought_at END,
      voided_at = CASE WHEN ended.kind = 'voided' AND ended."isBack" THEN ${at}::timestamptz ELSE label.voided_at END,
      status = CASE ended.kind
        WHEN 'bought' THEN CASE WHEN parcel.status = 'CANCELLED' THEN 'VOIDING' ELSE 'BOUGHT' END
        WHEN 'voided' THEN CASE WHEN ended."isBack" THEN 'VOIDED' ELSE 'BOUGHT' END
        WHEN 'failed' THEN CASE WHEN ended."labelId" IS NULL THEN 'FAILED' ELSE 'VOIDING' END
        ELSE label.status::text END::shop_label_status,
      next_try_at = CASE ended.kind
        WHEN 'bought' THEN CASE WHEN parcel.status = 'CANCELLED' THEN ${at}::timestamptz END
        WHEN 'failed' THEN CASE WHEN ended."labelId" IS NOT NULL THEN ${at}::timestamptz END
        WHEN 'later' THEN ended."nextTryAt" END
    FROM ended JOIN locked USING (id), shop_parcel AS parcel
    WHERE label.id = ended.id AND parcel.id = label.parcel_id
    RETURNING label.id, label.status::text`);
  return new Map(rows.map(({ id, status }) => [id, status]));
}

function toChange({ label, end }: EndedLabel) {
  const bought = end.kind === "bought" || end.kind === "failed" ? end.bought : null;
  return {
    id: label.id,
    kind: end.kind,
    isBack: end.kind === "voided" && end.isBack,
    labelId: bought?.labelId ?? null,
    trackingNumber: bought?.trackingNumber ?? null,
    pdf: end.kind === "bought" ? Buffer.from(end.pdf).toString("base64") : null,
    error: "error" in end ? toErrorText(end.error) : null,
    nextTryAt: end.kind === "later" ? end.nextTryAt : null,
  };
}

/** What the carrier calls the parcel; it is asked from now on where it is. */
async function numberParcels(tx: Transaction, ended: readonly EndedLabel[], at: Date): Promise<void> {
  const rows = ended.flatMap(({ label, end }) =>
    end.kind === "bought" ? [{ id: String(label.parcelId), ...end.bought }] : [],
  );
  if (rows.length === 0) return;
  await tx.$executeRaw(Prisma.sql`
    UPDATE shop_parcel AS parcel SET tracking_number = bought."trackingNumber", tracking_url = bought."trackingUrl",
      next_check_at = coalesce(next_check_at, ${at})
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS bought(id bigint, "trackingNumber" text, "trackingUrl" text)
    WHERE parcel.id = bought.id`);
}

/** Sold under the same reference, after answers that were lost: rows of their own, to be given back. */
async function saveExtraLabels(tx: Transaction, ended: readonly EndedLabel[], at: Date): Promise<void> {
  const rows = ended.flatMap(({ label: { parcelId, reference }, end }) =>
    (end.kind === "bought" ? end.extra : []).map((each) => ({
      id: randomUUID(),
      ...each,
      parcelId: String(parcelId),
      reference: `${reference}/${each.labelId}`,
    })),
  );
  if (rows.length === 0) return;
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO shop_label (id, parcel_id, reference, status, carrier_label_id, tracking_number, created_at, bought_at, next_try_at)
    SELECT id, "parcelId", reference, 'VOIDING', "labelId", "trackingNumber", ${at}, ${at}, ${at}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS extra(id uuid, "parcelId" bigint, reference text, "labelId" text, "trackingNumber" text)
    ON CONFLICT (reference) DO NOTHING`);
}

async function saveProblems(tx: Transaction, ended: readonly EndedLabel[], at: Date): Promise<void> {
  const opened = ended.flatMap(({ label, end }) => {
    if (end.kind === "failed") return [toLabelProblem(LABEL_FAILED, label, end.error)];
    if (end.kind !== "voided" || end.isBack) return [];
    const reason = `label ${label.carrierLabelId} (${label.reference}) is not needed, and its parcel is under way`;
    return [toLabelProblem(LABEL_NOT_VOIDED, label, reason)];
  });
  const subjects = ended
    .filter(({ end }) => end.kind === "bought")
    .map(({ label }) => ({ type: "parcel", key: label.parcelReference }));
  await closeProblems(tx, { kind: LABEL_FAILED, subjects, reason: "the label was bought", at });
  await openProblems(tx, opened, at);
}
