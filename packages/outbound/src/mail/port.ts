import { type CallSite, OutboundError, Unavailable } from "../http/errors.ts";

/** A message to people. */
export interface MailMessage {
  /** Addresses that all see each other; 50 at most, which is what one call of SES takes. */
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** The same for readers that show HTML; null or absent: text alone. */
  readonly html?: string | null;
  /** Recurring mail that was not asked for: it offers a way out by List-Unsubscribe. */
  readonly unsubscribe?: boolean;
  /** Ends what this very mail belongs to, for its recipient, by one POST (RFC 8058); stands before the mailer's own address. */
  readonly unsubscribeUrl?: string | null;
}

/**
 * Hands a message over once and never again: SES knows no idempotency key, so a second attempt after a lost answer could
 * be a second mail. Throws `AuthenticationRefused`, `RateLimited` and `MailNotSent` (`MailAccountRefused` where that is true
 * of every message) where it certainly did not go out and may be tried later, `MailRefused` where it never will, and `MailOutcomeUnknown` where nobody knows.
 */
export interface Mailer {
  /** The provider's message id. The signal is heeded until the message is handed over, and not after. */
  send(message: MailMessage, signal?: AbortSignal): Promise<string>;
}

/** No connection came about, so nothing was handed over. */
export class MailNotSent extends OutboundError {
  readonly retriable = true;

  constructor(site: CallSite, problem: string, cause: unknown) {
    super(site, problem, { code: "MAIL_NOT_SENT", cause });
  }
}

/** The provider takes no mail of ours for now: sending is paused, the sender is not verified. No message is to blame. */
export class MailAccountRefused extends MailNotSent {}

/** The provider said no to this very message: the address, the sender or the content is at fault. */
export class MailRefused extends OutboundError {
  readonly retriable = false;

  constructor(site: CallSite, problem: string, cause?: unknown) {
    super(site, problem, { code: "MAIL_REFUSED", cause });
  }
}

/** The message was handed over and no readable answer came: it may have gone out. */
export class MailOutcomeUnknown extends Unavailable {
  constructor(site: CallSite, problem: string, cause: unknown) {
    super(site, problem, { retriable: false, cause });
  }
}
