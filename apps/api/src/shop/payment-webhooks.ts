import { BadSignature, receivePaymentWebhook, UnreadableWebhook } from "@drumline/shop/commands";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { rawBodyOf, takeRawBodies } from "../http/raw-body.ts";
import { checkPaymentsNow } from "./check-payments-now.ts";

const LONGEST_BODY = 256 * 1024;

/** What payment providers send by themselves: stored, answered, and worked on by a run. */
export async function addPaymentWebhookRoute(app: Api, parts: ApiParts): Promise<void> {
  const { db, clock, payments, webhookBody } = parts;
  await app.register(async (plugin) => {
    const scope = plugin.withTypeProvider<ZodTypeProvider>();
    takeRawBodies(plugin, { ...webhookBody, mostBytes: LONGEST_BODY });
    scope.post(
      "/webhooks/payments/:provider",
      {
        config: { access: "public", wireContract: "the payment provider", idempotencyKey: false },
        schema: {
          summary: "A payment provider has news of a payment",
          description:
            "The body is a hint, and its provider is asked what it is worth. A payment that nobody knows is answered 200 as well, and kept for a day.",
          tags: ["shop"],
          params: z.strictObject({ provider: z.string().min(1).max(32) }),
          response: {
            200: z.object({ received: z.literal(true) }),
            400: problemSchema,
            401: problemSchema,
            404: problemSchema,
          },
        },
      },
      async (request) => {
        const {
          params: { provider },
          headers,
        } = request;
        const gateway = payments.get(provider);
        if (gateway === undefined) throw new HttpProblem(404, "There is no such payment provider in use.");
        const named = Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]);
        try {
          const { due } = await receivePaymentWebhook(
            db,
            gateway,
            {
              body: rawBodyOf(request).content,
              headers: Object.fromEntries(named) as Record<string, string | undefined>,
            },
            clock.now(),
          );
          if (due > 0) await checkPaymentsNow(parts, `webhook of ${provider}`);
          return { received: true as const };
        } catch (error) {
          if (error instanceof UnreadableWebhook) throw new HttpProblem(400, error.message, { cause: error });
          if (error instanceof BadSignature) throw new HttpProblem(401, error.message, { cause: error });
          throw error;
        }
      },
    );
  });
}
