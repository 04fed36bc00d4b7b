import { messageOf } from "@drumline/core/errors";
import { type TaskContext, type TaskResult, turnOf, workInBatches } from "@drumline/core/task";
import { type Database, toErrorText } from "@drumline/db";
import type { CarrierGateway } from "@drumline/outbound/carriers";
import { AuthenticationRefused, OutboundError, RateLimited, Unavailable } from "@drumline/outbound/http";

import { claimDueParcels, type ClaimedParcel, countDueParcels, releaseParcels } from "./claim-parcels.sql.ts";
import { planParcelNews, type TrackingAnswer } from "./plan-parcel-news.ts";
import { saveParcelNews } from "./save-parcel-news.sql.ts";
import type { ParcelSettings } from "./settings.ts";

const ERROR_CODE_POINTS = 1_000;

type DeliveryContext = TaskContext<
  object,
  { readonly carriers: Pick<CarrierGateway, "track">; readonly settings: ParcelSettings },
  Database
>;

/** Asks carriers where parcels are, each as often as its age wants, and moves parcels and their orders forward. */
export async function updateDeliveryStatus(context: DeliveryContext): Promise<TaskResult> {
  const { db, run, clock, gateways } = context;
  if (context.dryRun) return { wouldAsk: await countDueParcels(db, clock.now(), context.limit ?? 1_000_000) };
  const counts = { asked: 0, moved: 0, failed: 0 };
  const unreachable = new Map<string, string>();
  await workInBatches(context, {
    batchSize: gateways.settings.shopTrackingBatchSize,
    claim: (limit) =>
      claimDueParcels(db, { runId: run.id, now: clock.now(), limit, excluded: [...unreachable.keys()] }),
    work: async (parcels) => {
      const answers = await Promise.all(parcels.map((parcel) => askCarrier(context, parcel, unreachable)));
      const turn = turnOf(context);
      const planned = answers.flatMap((answer, index) => {
        const parcel = parcels[index]!;
        return answer === null ? [] : [{ parcel, news: planParcelNews(parcel, answer, turn) }];
      });
      counts.moved += await saveParcelNews(db, planned, run.id, turn.now);
      counts.asked += planned.length;
      for (const { parcel, news } of planned) {
        if (news.error === null) continue;
        counts.failed += 1;
        context.reportProblem({ recordId: `parcel ${parcel.reference}`, error: news.error });
      }
      await releaseParcels(
        db,
        run.id,
        parcels.map(({ id }) => id),
      );
      return planned.length;
    },
    release: (parcels) =>
      releaseParcels(
        db,
        run.id,
        parcels.map(({ id }) => id),
      ),
  });
  for (const [carrier, error] of unreachable) context.reportProblem({ recordId: `carrier ${carrier}`, error });
  return counts;
}

/** Null where the carrier cannot be asked now: that is no failure of the parcel. */
async function askCarrier(
  { gateways, signal }: DeliveryContext,
  { carrier, trackingNumber }: ClaimedParcel,
  unreachable: Map<string, string>,
): Promise<TrackingAnswer | null> {
  try {
    return { kind: "tracked", tracking: await gateways.carriers.track(carrier, trackingNumber, signal) };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof OutboundError)) throw error;
    if (error instanceof AuthenticationRefused || (error instanceof Unavailable && !error.retriable)) {
      unreachable.set(carrier, messageOf(error));
      return null;
    }
    return {
      kind: "failed",
      error: toErrorText(error, ERROR_CODE_POINTS),
      retryAfterMs: error instanceof RateLimited ? error.retryAfterMs : null,
    };
  }
}
