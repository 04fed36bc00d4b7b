import { findSourceByToken, type ReceivingSource, receiveHook } from "@drumline/events/inbox";
import { UnusableSecret } from "@drumline/events/subscriptions";
import { UnverifiedWebhook } from "@drumline/events/webhooks";
import type { FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { rawBodyOf, takeRawBodies } from "../http/raw-body.ts";
import { startNow } from "../runs/start-now.ts";

/** A run that hands on what is kept. */
export const handOnNow = (parts: ApiParts, by: string) =>
  startNow(parts, "drumline.webhooks.tasks.hand_on_webhooks", by);

/**
 * The one way in for webhooks of any sender: whose address it is, the limits while reading, the rate, the signature of the
 * bytes; then it is kept, answered, and handed on by a run.
 */
export async function addIncomingWebhookRoute(app: Api, parts: ApiParts): Promise<void> {
  const { db, clock, log, secrets } = parts;
  const sources = new WeakMap<FastifyRequest, ReceivingSource>();
  const countRequest = app.createRateLimit({
    max: (request) => sources.get(request)!.requestsPerMinute,
    keyGenerator: (request) => `webhook source ${sources.get(request)!.id}`,
  });
  await app.register(async (plugin) => {
    const scope = plugin.withTypeProvider<ZodTypeProvider>();
    takeRawBodies(plugin, parts.webhookBody);
    scope.post(
      "/webhooks/in/:token",
      {
        config: { access: "public", wireContract: "the sender", idempotencyKey: false, hasSecretPath: true },
        // Before its body is read.
        onRequest: async (request) => {
          const source = await findSourceByToken(db, request.params.token, clock.now());
          if (source === null) throw new HttpProblem(404, "There is no webhook source at this address.");
          if (source.isDisabled)
            throw new HttpProblem(403, "This webhook source is switched off.", { code: "SOURCE_DISABLED" });
          sources.set(request, source);
        },
        schema: {
          summary: "A source of webhooks has sent one",
          description:
            "Answered as soon as it is verified and kept; the same delivery again is answered the same and changes nothing. The address and the scheme are those of POST /api/v1/webhook-sources.",
          tags: ["webhooks"],
          params: z.strictObject({ token: z.string().max(200) }),
          response: {
            202: z.object({ isNews: z.boolean().describe("False where it came before.") }).meta({ id: "WebhookKept" }),
            401: problemSchema,
            403: problemSchema,
            404: problemSchema,
            408: problemSchema,
            413: problemSchema,
            415: problemSchema,
            429: problemSchema,
            503: problemSchema,
          },
        },
      },
      async (request, reply) => {
        const source = sources.get(request)!;
        const counted = await countRequest(request);
        if (!counted.isAllowed && counted.isExceeded) throw tooMany(source, counted.ttlInSeconds);
        const { sent, content } = rawBodyOf(request);
        const headers = toHeaders(request, sent === content);
        try {
          const isNews = await receiveHook(db, secrets, source, { headers, body: content, sent }, clock.now());
          if (isNews) await handOnNow(parts, `webhook of ${source.name}`);
          return await reply.status(202).send({ isNews });
        } catch (error) {
          if (error instanceof UnverifiedWebhook) throw new HttpProblem(401, error.message, { code: error.code });
          if (!(error instanceof UnusableSecret)) throw error;
          log.error({ source: source.name, error: error.message }, "a webhook cannot be verified");
          throw new HttpProblem(503, "It cannot be verified now; send it again later.", { cause: error });
        }
      },
    );
  });
}

/** What says how the body was packed goes with the packing. */
function toHeaders({ headers }: FastifyRequest, isAsSent: boolean): Record<string, string | undefined> {
  const named = Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value]);
  return Object.fromEntries(
    named.filter(([name]) => isAsSent || (name !== "content-encoding" && name !== "content-length")),
  ) as Record<string, string | undefined>;
}

const tooMany = ({ requestsPerMinute }: ReceivingSource, waitSeconds: number): HttpProblem =>
  new HttpProblem(429, `More than ${requestsPerMinute} webhooks in a minute; try again in ${waitSeconds} s.`, {
    code: "TOO_MANY_REQUESTS",
    headers: { "retry-after": String(waitSeconds) },
  });
