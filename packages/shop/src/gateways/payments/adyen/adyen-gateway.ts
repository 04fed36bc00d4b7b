import { NotOffered } from "../errors.ts";
import type { PaymentGateway } from "../port.ts";
import { type AdyenAccess, parseAdyenWebhook } from "./adyen-webhook.ts";

/**
 * Adyen has no call that gives a payment's status, so it is listened to and not asked. Payments are made and refunded by the
 * shop or in Adyen's own back office.
 */
export function createAdyenGateway(access: AdyenAccess): PaymentGateway {
  const refuse = (call: string) => () => Promise.reject(new NotOffered("Adyen", call));
  return {
    provider: "adyen",
    canPoll: false,
    create: refuse("make a payment"),
    get: refuse("say what became of a payment"),
    cancel: refuse("cancel a payment"),
    refund: refuse("refund a payment"),
    listRefunds: refuse("list refunds"),
    // oxlint-disable-next-line require-yield -- there is nothing to list
    async *list() {
      throw new NotOffered("Adyen", "list payments");
    },
    // oxlint-disable-next-line require-yield -- there is nothing to list
    async *listDisputes() {
      throw new NotOffered("Adyen", "list disputes");
    },
    parseWebhook: (rawBody, _headers, _now, tellRefused) => parseAdyenWebhook(rawBody, access, tellRefused),
  };
}
