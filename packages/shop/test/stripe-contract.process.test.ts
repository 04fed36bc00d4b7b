import { createStripeGateway } from "../src/gateways/payments/stripe/stripe-gateway.ts";
import { describePaymentContract } from "./payment-contract.ts";

describePaymentContract({
  name: "stripe",
  mostPerPage: 100,
  connect: (url, { mode, token }, http) =>
    createStripeGateway(
      {
        url: `${url}/stripe`,
        secretKey: `sk_${mode}_${token}`,
        webhookSecrets: ["whsec_test"],
        redirectMethod: "ideal",
      },
      http,
    ),
  listen: async (url, hook) => {
    const body = JSON.stringify({ url: hook, secret: "whsec_test" });
    const answer = await fetch(`${url}/_sandbox/payment-webhooks/stripe`, { method: "PUT", body });
    if (!answer.ok) throw new Error(await answer.text());
  },
});
