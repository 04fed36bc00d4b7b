import type { JsonObject } from "@drumline/core/task";
import { cutText, toStorableText } from "@drumline/core/text";

import type { BadItem } from "../feed/parse-item.ts";
import type { KeptBadLine } from "./feed-import.sql.ts";

const MOST_KEPT = 1_000;
const EXCERPT_CODE_POINTS = 300;
const REASON_CODE_POINTS = 1_000;

/** What was read of one feed so far. */
export interface FeedCounts {
  lines: number;
  bad: number;
  unreadable: number;
  /** Bad lines whose product cannot be told: anything not seen may stand on one of them. */
  unidentified: number;
  /** Good lines whose quantity is below zero: none of the product is left. */
  oversold: number;
  /** Products that are not sold any more since their line's quantity cannot be read. */
  notSold: number;
  unchanged: number;
  toUpdate: number;
  toCreate: number;
  /** Distinct active products that the feed names, on good lines and bad ones. */
  activeSeen: number;
  readonly badLines: KeptBadLine[];
  addBad(no: number, bad: Omit<BadItem, "quantity">, text: string): void;
  /** What the import's record says of them. */
  toRecord(): JsonObject;
}

export function createFeedCounts(): FeedCounts {
  const counts: FeedCounts = {
    lines: 0,
    bad: 0,
    unreadable: 0,
    unidentified: 0,
    oversold: 0,
    notSold: 0,
    unchanged: 0,
    toUpdate: 0,
    toCreate: 0,
    activeSeen: 0,
    badLines: [],
    addBad(no, { sku, code, reason }, text) {
      counts.bad += 1;
      if (code === "UNREADABLE_TEXT") counts.unreadable += 1;
      if (sku === null) counts.unidentified += 1;
      if (counts.badLines.length >= MOST_KEPT) return;
      const excerpt = toStorableText(cutText(text, EXCERPT_CODE_POINTS));
      counts.badLines.push({ no, sku, code, reason: toStorableText(reason, REASON_CODE_POINTS), excerpt });
    },
    toRecord: () => ({
      lines: counts.lines,
      bad: counts.bad,
      oversold: counts.oversold,
      notSold: counts.notSold,
      unchanged: counts.unchanged,
    }),
  };
  return counts;
}
