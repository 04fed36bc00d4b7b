import type { FastifyInstance } from "fastify";

/** Of every answer. Nothing may load anything; the pages that need more set a policy of their own. */
export const SECURITY_HEADERS = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
} as const;

export function setSecurityHeaders(app: FastifyInstance): void {
  app.addHook("onRequest", async (_request, reply) => void reply.headers(SECURITY_HEADERS));
}
