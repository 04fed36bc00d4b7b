import { FeedUnusable } from "../feed/feed-unusable.ts";
import type { FeedCounts } from "./feed-counts.ts";

/** What a feed that was read to its end is measured against. */
export interface FeedMeasure {
  readonly counts: Readonly<Pick<FeedCounts, "lines" | "bad" | "unreadable" | "activeSeen">>;
  /** The text ended in the middle of a line. */
  readonly wasCutOff: boolean;
  /** Lines of the last complete feed; null before the first. */
  readonly linesBefore: number | null;
  readonly activeProducts: number;
  readonly maxShrinkPercent: number;
  readonly maxBadPercent: number;
  /** A person said that it may have shrunk. */
  readonly acceptsShrunken: boolean;
}

/** So few may go missing from any feed, however small. */
const ALWAYS_ALLOWED = 2;

/** Why the feed is not to be believed; null when it is. */
export function findFault(measure: FeedMeasure): FeedUnusable | null {
  const { counts, linesBefore, activeProducts, maxShrinkPercent, maxBadPercent } = measure;
  if (measure.wasCutOff)
    return new FeedUnusable("TRUNCATED", `the feed ends in the middle of a line, after ${counts.lines} lines.`);
  if (counts.bad * 100 > counts.lines * maxBadPercent) return tooManyBad(measure);
  if (measure.acceptsShrunken) return null;
  if (counts.lines === 0) return new FeedUnusable("EMPTY", `the feed has no lines. ${CURE}`);
  const isTooMany = (lost: number, of: number) => lost > Math.max(ALWAYS_ALLOWED, (of * maxShrinkPercent) / 100);
  if (linesBefore !== null && isTooMany(linesBefore - counts.lines, linesBefore))
    return new FeedUnusable(
      "SHRUNKEN",
      `the feed has ${counts.lines} lines and had ${linesBefore} the last time; it may lose ${maxShrinkPercent} %. ${CURE}`,
    );
  const absent = activeProducts - counts.activeSeen;
  if (isTooMany(absent, activeProducts))
    return new FeedUnusable(
      "SHRUNKEN",
      `${absent} of ${activeProducts} active products are not in the feed; ${maxShrinkPercent} % may be missing. ${CURE}`,
    );
  return null;
}

const CURE = "If that is right, set accepts_shrunken_feed of the vendor.";

function tooManyBad({ counts, maxBadPercent }: FeedMeasure): FeedUnusable {
  const share = `${counts.bad} of ${counts.lines} lines are bad; ${maxBadPercent} % may be.`;
  return counts.unreadable * 2 > counts.bad
    ? new FeedUnusable("WRONG_ENCODING", `${share} Most are not text in feed_encoding: windows-1252, perhaps?`)
    : new FeedUnusable("TOO_MANY_BAD_LINES", `${share} The bad lines of this import say what is wrong.`);
}
