import { DrumlineError } from "@drumline/core/errors";

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

/** A feed that cannot be taken for what the vendor sells today: nothing of it is used. */
export class FeedUnusable extends DrumlineError {
  readonly fault: FeedFault;

  constructor(fault: FeedFault, message: string, cause?: unknown) {
    super(message, { code: fault, cause });
    this.fault = fault;
  }
}

/** The beginning of what came, fit for a message. */
export function excerptOf(text: string): string {
  const flat = text.slice(0, 400).replaceAll(/\s+/g, " ").trim();
  return flat.length > 120 ? `"${flat.slice(0, 120)}" …` : `"${flat}"`;
}
