import { DrumlineError } from "@drumline/core/errors";
import { toStorableText } from "@drumline/core/text";

/** Why a feed as a whole changes nothing. */
export type FeedFault =
  | "HTTP_STATUS"
  | "UNREACHABLE"
  | "NOT_A_FEED"
  | "WRONG_ENCODING"
  | "MISSING_COLUMNS"
  | "ENDLESS_LINE"
  | "EMPTY"
  | "TRUNCATED"
  | "SHRUNKEN"
  | "TOO_MANY_BAD_LINES"
  | "LOST_STAGING"
  | "CLAIM_LOST";

const MOST_MESSAGE_CODE_POINTS = 2_000;

/** A feed that cannot be taken for what the vendor sells today: nothing of it is used. */
export class FeedUnusable extends DrumlineError {
  readonly fault: FeedFault;

  constructor(fault: FeedFault, message: string, cause?: unknown) {
    super(toStorableText(message, MOST_MESSAGE_CODE_POINTS), { code: fault, cause });
    this.fault = fault;
  }
}
