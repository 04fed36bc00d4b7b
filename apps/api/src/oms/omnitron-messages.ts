import { recordAuditEvents } from "@drumline/audit/audit-events";
import { retryMessage } from "@drumline/oms/commands";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { auditOf } from "../auth/audit-of.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";

/** What Omnitron would not take, and a person has told again. */
export function addOmnitronMessageRoute(app: Api, { db, clock }: ApiParts): void {
  app.post(
    "/api/v1/oms/omnitron-messages/:eventId/retry",
    {
      config: { access: "operator" },
      schema: {
        summary: "Tell Omnitron again what it refused",
        description:
          "It goes out with the next pull, before what is still to be told of its order, with all its attempts anew.",
        tags: ["oms"],
        params: z.strictObject({ eventId: z.uuid() }),
        response: { 202: z.object({ eventId: z.uuid() }), 404: problemSchema, 409: problemSchema },
      },
    },
    async (request, reply) => {
      const { eventId } = request.params;
      const outcome = await db.$transaction(async (tx) => {
        const retried = await retryMessage(tx, eventId, clock.now());
        if (retried.outcome === "RETRIED")
          await recordAuditEvents(tx, [auditOf(request, clock, "omnitron_message", eventId, { action: "retry" })]);
        return retried.outcome;
      });
      if (outcome === "NOT_FOUND")
        throw new HttpProblem(404, `There is no message ${eventId}; it may have been deleted.`);
      if (outcome !== "RETRIED")
        throw new HttpProblem(409, `Message ${eventId} ${REFUSALS[outcome]}`, { code: outcome });
      return await reply.status(202).send({ eventId });
    },
  );
}

const REFUSALS = {
  SENT: "was taken by Omnitron already.",
  WAITING: "is going to be told anyway.",
  OUT_OF_DATE: "is out of date: Omnitron has taken a later one that says all of it anew.",
};
