import { DrumlineError } from "@drumline/core/errors";
import { excerptOf } from "@drumline/core/text";

/** The provider says that it has no payment by an id. Of an id that we made: its key is of another mode or account. */
export class NoSuchPayment extends DrumlineError {
  readonly providerId: string;

  constructor(provider: string, providerId: string) {
    super(
      `${provider} has no payment "${excerptOf(providerId)}". If it was made here, its key was changed between test and ` +
        "live, or to another account: set the key that made it.",
      { code: "NO_SUCH_PAYMENT" },
    );
    this.providerId = providerId;
  }
}

/** It is too late to cancel a payment: it ended, or the money is on its way. Ask for it anew. */
export class NotCancelable extends DrumlineError {
  readonly providerId: string;

  constructor(provider: string, providerId: string, said: string) {
    super(`${provider} cannot cancel payment ${excerptOf(providerId)} any more: ${excerptOf(said)}`, {
      code: "NOT_CANCELABLE",
    });
    this.providerId = providerId;
  }
}

/** The provider will never take a payment as it was described. */
export class PaymentRefused extends DrumlineError {
  constructor(
    provider: string,
    reference: string,
    { said, field }: { readonly said: string; readonly field: string | null },
  ) {
    const where = field === null ? "" : ` (its field ${excerptOf(field)})`;
    super(`${provider} refuses payment ${excerptOf(reference)}: ${excerptOf(said)}${where}. Correct what it names.`, {
      code: "PAYMENT_REFUSED",
    });
  }
}

/** The gateway of a provider that is only listened to is asked for something. */
export class NotOffered extends DrumlineError {
  constructor(provider: string, call: string) {
    super(
      `${provider} is known here by its webhooks alone, so it cannot be asked to ${call}. Do it in its own back office; ` +
        "its webhook tells what came of it.",
      { code: "NOT_OFFERED" },
    );
  }
}

/** The provider will not make a refund, however often it is asked: it is more than was paid, or there is one like it. */
export class RefundRefused extends DrumlineError {
  readonly paymentProviderId: string;
  /** It knows one just like it: list the payment's refunds, ours may be among them. */
  readonly isDuplicate: boolean;
  /** The provider's words, cut. */
  readonly reason: string;

  constructor(
    provider: string,
    paymentProviderId: string,
    { said, isDuplicate }: { readonly said: string; readonly isDuplicate: boolean },
  ) {
    const reason = excerptOf(said);
    super(`${provider} refuses the refund of payment ${excerptOf(paymentProviderId)}: ${reason}`, {
      code: "REFUND_REFUSED",
    });
    this.paymentProviderId = paymentProviderId;
    this.isDuplicate = isDuplicate;
    this.reason = reason;
  }
}

/** What came to a webhook is nothing that the provider sends. */
export class UnreadableWebhook extends DrumlineError {
  constructor(provider: string, problem: string) {
    super(`a webhook of ${provider} cannot be read: ${problem}. Nothing was done with it.`, {
      code: "UNREADABLE_WEBHOOK",
    });
  }
}

/** A webhook carries no signature of the provider's, one that does not fit, or one that is too old. */
export class BadSignature extends DrumlineError {
  constructor(provider: string, problem: string) {
    super(`a webhook of ${provider} is not believed: ${problem}. Nothing was done with it.`, { code: "BAD_SIGNATURE" });
  }
}
