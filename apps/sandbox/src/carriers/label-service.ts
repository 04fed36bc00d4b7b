import { HOUR_MS } from "@drumline/core/clock";

import { between, seededRandom } from "../seeded-random.ts";
import type { ParcelView } from "./carrier-service.ts";
import type { CarrierEvent } from "./parcel-story.ts";

/** A label as the carrier has sold it. */
export interface SoldLabel {
  readonly labelId: string;
  readonly carrier: string;
  readonly reference: string;
  readonly trackingNumber: string;
  readonly createdMs: number;
}

/** A carrier's sale of labels. It sells a second one to whoever asks twice, as real ones do. */
export interface LabelService {
  sell(carrier: string, reference: string, nowMs: number): SoldLabel;
  /** Those that were not given back, the oldest first. */
  find(carrier: string, reference: string): readonly SoldLabel[];
  /** False once the parcel is under way; null for a label that was never sold. */
  giveBack(carrier: string, labelId: string, nowMs: number): boolean | null;
  /** Null where the number is on none of its labels. */
  look(carrier: string, trackingNumber: string, nowMs: number): ParcelView | null;
  counts(): { readonly sold: number; readonly givenBack: number; readonly referencesWithSeveral: number };
}

const NUMBER = /^3S([0-9A-Z]{9})([0-9A-Z]{4})$/;

export function createLabelService(): LabelService {
  const labels = new Map<string, SoldLabel>();
  const byReference = new Map<string, SoldLabel[]>();
  const givenBack = new Set<string>();
  const keyOf = (carrier: string, name: string) => `${carrier} ${name}`;
  return {
    sell: (carrier, reference, nowMs) => {
      const trackingNumber = toNumber(nowMs, labels.size);
      const label = { labelId: `L-${trackingNumber}`, carrier, reference, trackingNumber, createdMs: nowMs };
      labels.set(keyOf(carrier, label.labelId), label);
      const key = keyOf(carrier, reference);
      byReference.set(key, [...(byReference.get(key) ?? []), label]);
      return label;
    },
    find: (carrier, reference) =>
      (byReference.get(keyOf(carrier, reference)) ?? []).filter(
        ({ labelId }) => !givenBack.has(keyOf(carrier, labelId)),
      ),
    giveBack: (carrier, labelId, nowMs) => {
      const label = labels.get(keyOf(carrier, labelId));
      if (label === undefined) return null;
      if (
        toLabelStory(label.trackingNumber, label.createdMs).some(
          ({ status, atMs }) => status === "SHIPPING" && atMs <= nowMs,
        )
      )
        return false;
      givenBack.add(keyOf(carrier, labelId));
      return true;
    },
    // What there is to know is in the number, as in those of parcels: a carrier that restarts has forgotten nothing.
    look: (_, trackingNumber, nowMs) => {
      const [, created] = NUMBER.exec(trackingNumber.toUpperCase()) ?? [];
      if (created === undefined) return null;
      const story = toLabelStory(trackingNumber, parseInt(created, 36));
      const events = story.filter(({ atMs }) => atMs <= nowMs);
      return { trackingNumber, status: (events.at(-1) ?? story[0]!).status, events };
    },
    counts: () => ({
      sold: labels.size,
      givenBack: givenBack.size,
      referencesWithSeveral: [...byReference.values()].filter(
        (each) => each.filter(({ carrier, labelId }) => !givenBack.has(keyOf(carrier, labelId))).length > 1,
      ).length,
    }),
  };
}

function toNumber(nowMs: number, count: number): string {
  const at = Math.max(0, nowMs).toString(36).padStart(9, "0");
  return `3S${at}${(count % 36 ** 4).toString(36).padStart(4, "0")}`.toUpperCase();
}

/** Taken over within hours, delivered within days. */
function toLabelStory(trackingNumber: string, createdMs: number): CarrierEvent[] {
  const random = seededRandom("label", trackingNumber.toUpperCase());
  const takenMs = createdMs + Math.round(between(random, 1, 6) * HOUR_MS);
  const deliveredMs = takenMs + Math.round(between(random, 18, 60) * HOUR_MS);
  return [
    { atMs: createdMs, status: "CREATED", location: "sender", description: "label sold" },
    { atMs: takenMs, status: "SHIPPING", location: "sender", description: "taken over" },
    { atMs: deliveredMs, status: "DELIVERED", location: "door", description: "handed over" },
  ];
}
