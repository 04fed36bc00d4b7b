import { z } from "zod";

import { badRequest, jsonReply, parseInput, type Route } from "../http/index.ts";
import type { ReceivedWebhooks } from "./received-webhooks.ts";

const secretBody = z.strictObject({ secret: z.string().min(1).nullable() });

export function hookRoutes(hooks: ReceivedWebhooks): Route[] {
  const counts = (name: string | undefined) => jsonReply(hooks.counts(name!));
  return [
    {
      method: "POST",
      path: "/hooks/:name",
      about: "Webhook receiver: takes anything that has an id, each id once",
      auth: null,
      handle: ({ params, headers, rawBody }) => {
        if (hooks.receive(params["name"]!, { headers, rawBody })) return jsonReply({ accepted: true });
        throw badRequest("no webhook-id, or a signature that does not fit the secret of PUT /_sandbox/hooks/:name");
      },
    },
    {
      method: "GET",
      path: "/_sandbox/hooks/:name",
      about: "What a webhook receiver has got so far",
      auth: null,
      handle: ({ params }) => counts(params["name"]),
    },
    {
      method: "PUT",
      path: "/_sandbox/hooks/:name",
      about: 'Tells a webhook receiver its secret: { "secret": "whsec_…" }; null takes anything',
      auth: null,
      handle: ({ params, body }) => {
        hooks.setSecret(params["name"]!, parseInput(secretBody, body, "the body").secret);
        return counts(params["name"]);
      },
    },
  ];
}
