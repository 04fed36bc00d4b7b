import { parseJson, UnreadableJson } from "@drumline/core/text";
import { parseMailReports, saveMailReports, SnsRefused, SnsUnreachable } from "@drumline/shop/commands";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";

const MOST_BYTES = 512 * 1024;

/** Bounces and complaints of SES, over a topic of SNS. Whoever posts, the signature says whether it is Amazon. */
export function addMailReportRoute(app: Api, { db, clock, log, sns }: ApiParts): void {
  app.post(
    "/api/v1/shop/mail-reports",
    {
      bodyLimit: MOST_BYTES,
      config: { access: "public", idempotencyKey: false, wireContract: "Amazon SNS" },
      schema: {
        summary: "Amazon SNS reports bounces and complaints of mails",
        description:
          "Verified by the signature in the message, and of the topic SHOP_SNS_TOPIC_ARN only. The same message again changes nothing.",
        tags: ["shop"],
        body: z.unknown().describe("A message of SNS, as text/plain or JSON."),
        response: {
          200: z.object({ reports: z.int().describe("Reports that are new.") }).meta({ id: "MailReportsTaken" }),
          403: problemSchema,
          503: problemSchema,
        },
      },
    },
    async ({ body }) => {
      try {
        const message = await sns.receive(typeof body === "string" ? parseJson(body) : body);
        if (message === null) return { reports: 0 };
        const now = clock.now();
        return { reports: await saveMailReports(db, message.MessageId, parseMailReports(message.Message, now), now) };
      } catch (error) {
        if (error instanceof UnreadableJson) throw new HttpProblem(400, `The body ${error.message}.`, { cause: error });
        if (error instanceof SnsRefused) throw new HttpProblem(403, error.message, { cause: error, code: error.code });
        if (!(error instanceof SnsUnreachable)) throw error;
        log.warn({ error: error.message }, "a message of SNS could not be verified");
        throw new HttpProblem(503, error.message, { cause: error, code: error.code, headers: { "retry-after": "60" } });
      }
    },
  );
}
