import { recordAuditEvents } from "@drumline/audit/audit-events";
import { replayDelivery } from "@drumline/events/deliveries";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { auditOf } from "../auth/audit-of.ts";
import { instant, rowId } from "../http/wire.ts";

export function addReplayRoute(app: Api, { db, clock }: ApiParts): void {
  app.post(
    "/api/v1/webhook-deliveries/:id/replay",
    {
      config: { access: "operator" },
      schema: {
        summary: "Send a delivery again that has ended",
        description:
          "It goes out with the next run of any OMS task, under the same webhook-id, with all its attempts anew.",
        tags: ["webhooks"],
        params: z.object({ id: rowId }),
        response: {
          202: z.object({ id: rowId, status: z.literal("PENDING"), nextAttemptAt: instant }),
          404: problemSchema,
          409: problemSchema,
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const outcome = await db.$transaction(async (tx) => {
        const replay = await replayDelivery(tx, id, clock.now());
        if (replay.kind === "replayed")
          await recordAuditEvents(tx, [auditOf(request, clock, "webhook_delivery", id, { action: "replay" })]);
        return replay;
      });
      if (outcome.kind === "unknown") throw new HttpProblem(404, `There is no webhook delivery ${id}.`);
      if (outcome.kind === "refused") throw new HttpProblem(409, whyNot(id, outcome.reason, outcome.status));
      return await reply.status(202).send({ id, status: "PENDING", nextAttemptAt: outcome.nextAttemptAt });
    },
  );
}

const whyNot = (id: bigint, reason: "PENDING" | "INACTIVE_WEBHOOK", status: string): string =>
  reason === "PENDING"
    ? `Delivery ${id} is ${status}: it is going to be attempted anyway.`
    : `The hook of delivery ${id} is not active; subscribe it again first.`;
