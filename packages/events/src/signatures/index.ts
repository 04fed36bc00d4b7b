export { signedTextOf } from "./adyen-signature.ts";
export { isSignedBy } from "./is-signed-by.ts";
export { verifyStripe } from "./stripe-signature.ts";
export {
  problemOfSecret,
  readSendersWords,
  type SignedRequest,
  verifyWebhook,
  WEBHOOK_SCHEMES,
  type WebhookScheme,
} from "./verify-webhook.ts";
