import { restoreCart } from "@drumline/shop/commands";
import { loadRestoreLink, type RestoreLink } from "@drumline/shop/queries";
import type { FastifyReply } from "fastify";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { PAGE_POLICY, renderRestorePage } from "./restore-page.ts";

const PATH = "/shop/restore/:token";
const config = { access: "public", idempotencyKey: false } as const;
const schema = { hide: true, params: z.object({ token: z.string().max(100) }) };

const STATUS_OF = { READY: 200, RESTORED: 200, BOUGHT: 200, EXPIRED: 410, UNKNOWN: 404 } as const;

/**
 * The link in a reminder. GET shows a page and changes nothing, since mail programs follow links; its button posts, which
 * brings the cart back. A browser's form sends no JSON, so that its body is read, and ignored, here alone.
 */
export async function addRestoreRoutes(app: Api, { db, clock, shopCartUrl }: ApiParts): Promise<void> {
  const answer = (reply: FastifyReply, link: RestoreLink) => {
    const { state, cartReference } = link;
    const cartUrl = cartReference === null ? null : toCartUrl(shopCartUrl, cartReference);
    return reply
      .status(STATUS_OF[state])
      .type("text/html; charset=utf-8")
      .header("content-security-policy", PAGE_POLICY)
      .send(renderRestorePage(link, cartUrl));
  };
  await app.register(async (scope: Api) => {
    scope.addContentTypeParser(
      "application/x-www-form-urlencoded",
      { parseAs: "string", bodyLimit: 1024 },
      async () => null,
    );
    scope.get(PATH, { config, schema }, async ({ params }, reply) =>
      answer(reply, await loadRestoreLink(db, params.token, clock.now())),
    );
    scope.post(PATH, { config, schema }, async ({ params }, reply) => {
      const link = await restoreCart(db, params.token, clock.now());
      return answer(reply, link.state === "READY" ? { ...link, state: "RESTORED" } : link);
    });
  });
}

/** `SHOP_CART_URL` with the shop's name of the cart in the place of `{reference}`. */
const toCartUrl = (pattern: string | null, reference: string): string | null =>
  pattern === null ? null : pattern.replaceAll("{reference}", encodeURIComponent(reference));
