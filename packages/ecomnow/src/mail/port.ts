/** A message to people. */
export interface MailMessage {
  /** Addresses that all see each other; 50 at most, which is what one call of SES takes. */
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
}

/**
 * Sends mail. A call is attempted once: SES knows no idempotency key, so the caller records its intent first and takes
 * a call that threw `Unavailable` for one whose outcome nobody knows.
 */
export interface Mailer {
  /** The provider's message id. Throws an `OutboundError` of packages/outbound; the signal's reason when aborted. */
  send(message: MailMessage, signal?: AbortSignal): Promise<string>;
}
