import { createHash } from "node:crypto";

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What it answers may lie on no disk: secrets, and what customers were written. */
    keepsNoCopy?: true;
  }
}

/**
 * Answers of the api may be kept by the browser that asked, and are asked for anew each time: one that has not changed is
 * a 304 without a body. A weak tag, since a proxy may pack what is sent.
 */
export function addEtags(app: FastifyInstance): void {
  app.addHook("onSend", async (request, reply, payload) => {
    if (!isKept(request, reply) || typeof payload !== "string") return payload;
    const tag = `W/"${createHash("sha1").update(payload).digest("base64url")}"`;
    reply.headers({ etag: tag, "cache-control": "private, no-cache" });
    if (!hasTag(request.headers["if-none-match"], tag)) return payload;
    reply.status(304).removeHeader("content-type").removeHeader("content-length");
    return "";
  });
}

function isKept({ method, routeOptions }: FastifyRequest, { statusCode }: FastifyReply): boolean {
  const { url = "", config } = routeOptions;
  const isRead = method === "GET" || method === "HEAD";
  return isRead && statusCode === 200 && url.startsWith("/api/v1/") && config.keepsNoCopy !== true;
}

const hasTag = (header: string | undefined, tag: string): boolean =>
  header !== undefined && header.split(",").some((one) => one.trim() === tag);
