import { backoffAfter, HOUR_MS, MINUTE_MS } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";
import { pauseEnd, type TaskContext, type TaskResult, turnOf, workInBatches } from "@drumline/core/task";
import { createGroupCommit, type Database } from "@drumline/db";
import type { BoughtLabel, CarrierLabels } from "@drumline/outbound/carriers";
import { AuthenticationRefused, OutboundError, RateLimited, UnusableAnswer } from "@drumline/outbound/http";

import { claimDueLabels, type ClaimedLabel, countDueLabels, markBuying, releaseLabels } from "./claim-labels.sql.ts";
import { checkLabel, LabelImpossible, type LabelInput } from "./plan-label.ts";
import { type EndedLabel, type LabelEnd, saveLabelEnds } from "./save-labels.sql.ts";
import type { LabelSettings } from "./settings.ts";

type LabelContext = TaskContext<
  object,
  { readonly carriers: CarrierLabels; readonly settings: LabelSettings },
  Database
>;

/**
 * Buys and draws the labels that parcels wait for, and gives back what is superfluous. Each is marked before its carrier is
 * asked; one whose answer was lost is looked up by our reference, so that nothing is bought twice.
 */
export async function createShippingLabels(context: LabelContext): Promise<TaskResult> {
  const { db, run, clock, gateways } = context;
  if (context.dryRun) return { wouldWorkOn: await countDueLabels(db, clock.now(), context.limit ?? 1_000_000) };
  const counts = { bought: 0, voided: 0, failed: 0, later: 0 };
  await workInBatches(context, {
    batchSize: gateways.settings.shopLabelBatchSize,
    claim: (limit) => claimDueLabels(db, { runId: run.id, now: clock.now(), limit }),
    work: async (labels) => {
      const { ready, refused } = await checkAll(labels, gateways.settings);
      await markBuying(
        db,
        run.id,
        ready.map(({ id }) => id),
      );
      // An answer is recorded as soon as it is there, together with those that came while the ones before were recorded.
      const saving = createGroupCommit(
        (ended: readonly EndedLabel[]) => saveLabelEnds(db, ended, run.id, clock.now()),
        { maxItems: labels.length },
      );
      const end = async (label: ClaimedLabel, how: LabelEnd) => {
        if (how.kind === "failed" || how.kind === "later")
          context.reportProblem({ recordId: `parcel ${label.parcelReference}`, error: how.error });
        if (await saving.add({ label, end: how })) counts[how.kind] += 1;
      };
      await Promise.all([
        ...refused.map(async ({ label, error }) => end(label, { kind: "failed", error, bought: null })),
        ...ready.map(async (label) => end(label, await askCarrier(context, label))),
        ...labels.filter(isSuperfluous).map(async (label) => end(label, await giveBack(context, label))),
      ]);
      return labels.length;
    },
    release: (labels) =>
      releaseLabels(
        db,
        run.id,
        labels.map(({ id }) => id),
      ),
  });
  return counts;
}

const isSuperfluous = ({ status }: ClaimedLabel): boolean => status === "VOIDING";

// What draws is 20 MB, which a worker that sells no labels does not carry.
const loadFont = async () => (await import("./label-font.ts")).labelFont();
const loadDrawing = async () => (await import("./draw-label.ts")).drawLabel;

/** What cannot be drawn is not bought. */
async function checkAll(labels: readonly ClaimedLabel[], settings: LabelSettings) {
  const font = await loadFont();
  const ready: ClaimedLabel[] = [];
  const refused: { label: ClaimedLabel; error: string }[] = [];
  for (const label of labels) {
    if (isSuperfluous(label)) continue;
    try {
      checkLabel(toInput(label, settings), font);
      ready.push(label);
    } catch (error) {
      if (!(error instanceof LabelImpossible)) throw error;
      // One that may have been sold already is looked up all the same, and given back.
      if (label.status === "BUYING") ready.push(label);
      else refused.push({ label, error: error.message });
    }
  }
  return { ready, refused };
}

function toInput(label: ClaimedLabel, { shopSender }: LabelSettings): Omit<LabelInput, "number" | "trackingUrl"> {
  const { carrier, orderReference, parcelReference, weightGrams, shipTo } = label;
  return { from: shopSender, to: shipTo, carrier, orderReference, parcelReference, weightGrams };
}

async function askCarrier(context: LabelContext, label: ClaimedLabel): Promise<LabelEnd> {
  const { gateways, signal } = context;
  let sold: readonly BoughtLabel[] = [];
  try {
    if (label.status === "BUYING") sold = await gateways.carriers.findLabels(label.carrier, label.reference, signal);
    if (sold.length === 0)
      sold = [
        await gateways.carriers.buyLabel(
          {
            carrierCode: label.carrier,
            reference: label.reference,
            weightGrams: label.weightGrams,
            from: { ...gateways.settings.shopSender },
            to: { ...label.shipTo },
          },
          signal,
        ),
      ];
  } catch (error) {
    signal.throwIfAborted();
    return planFailure(context, label, error);
  }
  const [bought, ...extra] = sold;
  try {
    const trackingUrl = bought!.trackingUrl ?? bought!.trackingNumber;
    const number = bought!.sscc ?? bought!.trackingNumber;
    const drawLabel = await loadDrawing();
    const pdf = await drawLabel({ ...toInput(label, gateways.settings), number, trackingUrl });
    return { kind: "bought", bought: bought!, pdf, extra };
  } catch (error) {
    if (!(error instanceof LabelImpossible)) throw error;
    return {
      kind: "failed",
      error: `${error.message} (the carrier's label ${bought!.labelId} is given back)`,
      bought: bought!,
    };
  }
}

async function giveBack(context: LabelContext, label: ClaimedLabel): Promise<LabelEnd> {
  // Never bought, so there is nothing to give back.
  if (label.carrierLabelId === null) return { kind: "voided", isBack: true };
  try {
    const isBack = await context.gateways.carriers.voidLabel(label.carrier, label.carrierLabelId, context.signal);
    return { kind: "voided", isBack };
  } catch (error) {
    context.signal.throwIfAborted();
    return planFailure(context, label, error);
  }
}

/** A clear no to this parcel is for a person; all else comes again, later each time, when the carrier asks for it or an hour at most. */
function planFailure(context: LabelContext, label: ClaimedLabel, error: unknown): LabelEnd {
  if (!(error instanceof OutboundError)) throw error;
  const refusal =
    error instanceof UnusableAnswer && [400, 422].includes(error.status ?? 0) && label.status !== "VOIDING";
  if (refusal) return { kind: "failed", error: messageOf(error), bought: null };
  return { kind: "later", error: messageOf(error), nextTryAt: planNextTry(context, label, error) };
}

/** Never sooner than a carrier asks for. A key that it refuses is ours to mend, and no failure of the label. */
function planNextTry(context: LabelContext, { attempts }: ClaimedLabel, error: OutboundError): Date {
  const turn = turnOf(context);
  if (error instanceof RateLimited) return new Date(turn.now.getTime() + error.retryAfterMs);
  if (error instanceof AuthenticationRefused) return pauseEnd(turn, MINUTE_MS);
  return pauseEnd(turn, backoffAfter(attempts + 1, { firstMs: MINUTE_MS, longestMs: HOUR_MS }));
}
