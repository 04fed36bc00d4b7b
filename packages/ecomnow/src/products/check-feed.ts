import { FeedUnusable } from "./feed/feed-unusable.ts";
import type { FeedTally } from "./feed-tally.ts";

/** What a feed that was read to its end is measured against. */
export interface FeedMeasure {
  readonly tally: Readonly<Pick<FeedTally, "lines" | "bad" | "unreadable" | "activeSeen">>;
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
  const { tally, linesBefore, activeProducts, maxShrinkPercent, maxBadPercent } = measure;
  if (measure.wasCutOff)
    return new FeedUnusable("TRUNCATED", `the feed ends in the middle of a line, after ${tally.lines} lines.`);
  if (tally.bad * 100 > tally.lines * maxBadPercent) return tooManyBad(measure);
  if (measure.acceptsShrunken) return null;
  if (tally.lines === 0) return new FeedUnusable("EMPTY", `the feed has no lines. ${CURE}`);
  const isTooMany = (lost: number, of: number) => lost > Math.max(ALWAYS_ALLOWED, (of * maxShrinkPercent) / 100);
  if (linesBefore !== null && isTooMany(linesBefore - tally.lines, linesBefore))
    return new FeedUnusable(
      "SHRUNKEN",
      `the feed has ${tally.lines} lines and had ${linesBefore} the last time; it may lose ${maxShrinkPercent} %. ${CURE}`,
    );
  const absent = activeProducts - tally.activeSeen;
  if (isTooMany(absent, activeProducts))
    return new FeedUnusable(
      "SHRUNKEN",
      `${absent} of ${activeProducts} active products are not in the feed; ${maxShrinkPercent} % may be missing. ${CURE}`,
    );
  return null;
}

const CURE = "If that is right, set accepts_shrunken_feed of the vendor.";

function tooManyBad({ tally, maxBadPercent }: FeedMeasure): FeedUnusable {
  const share = `${tally.bad} of ${tally.lines} lines are bad; ${maxBadPercent} % may be.`;
  return tally.unreadable * 2 > tally.bad
    ? new FeedUnusable("WRONG_ENCODING", `${share} Most are not text in feed_encoding: windows-1252, perhaps?`)
    : new FeedUnusable("TOO_MANY_BAD_LINES", `${share} The bad lines of this import say what is wrong.`);
}
