import { omnitronWebhookSchema, receiveCancellationPlan, receiveOrder, UnusableWebhook } from "@drumline/oms/commands";
import { UnstorableWebhook } from "@drumline/events/inbox";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { HttpProblem } from "../http/problem.ts";

const receivedSchema = z
  .object({
    duplicate: z.boolean().describe("This event was taken in before; nothing was done again."),
    changed: z.boolean().describe("Whether it was news."),
  })
  .meta({ id: "Received" });

/** What Omnitron sends by itself, so that nothing waits for the next pull; the same event id twice is one event. */
export function addOmnitronWebhookRoutes(app: Api, { db, clock }: ApiParts): void {
  for (const { path, summary, receive } of [
    { path: "/api/v1/oms/orders", summary: "Omnitron has a new or changed order", receive: receiveOrder },
    {
      path: "/api/v1/oms/cancellation_plan",
      summary: "Omnitron wants items cancelled or refunded",
      receive: receiveCancellationPlan,
    },
  ])
    app.post(
      path,
      {
        config: { access: "operator", wireContract: "Omnitron", idempotencyKey: false },
        schema: {
          summary,
          tags: ["oms"],
          body: omnitronWebhookSchema,
          response: { 200: receivedSchema },
        },
      },
      async ({ body, headers }) => {
        try {
          return await receive(db, body, headers, clock);
        } catch (error) {
          if (error instanceof UnusableWebhook || error instanceof UnstorableWebhook)
            throw new HttpProblem(400, error.message, { cause: error });
          throw error;
        }
      },
    );
}
