import { createMollieGateway } from "../src/gateways/payments/mollie/mollie-gateway.ts";
import { describePaymentContract } from "./payment-contract.ts";

describePaymentContract({
  name: "mollie",
  mostPerPage: 250,
  connect: (url, { mode, token }, http) =>
    createMollieGateway({ url: `${url}/mollie`, apiKey: `${mode}_${token}`, webhookSecrets: [] }, http),
});
