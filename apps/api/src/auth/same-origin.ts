import type { FastifyRequest } from "fastify";

import { HttpProblem } from "../http/problem.ts";

type Asked = Pick<FastifyRequest, "method" | "headers" | "protocol" | "host">;

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);
/** What a form of another site cannot send without this one's consent. */
const DELIBERATE_TYPES = new Set(["application/json", "text/csv"]);

/**
 * For a request that a browser's cookie vouches for: whether this site's own page has sent it. Browsers say so in
 * Sec-Fetch-Site, older ones, and all of them over plain HTTP, at least in Origin.
 * @throws {HttpProblem} 403 and 415
 */
export function requireSameOrigin(request: Asked): void {
  if (SAFE_METHODS.has(request.method)) return;
  const { headers } = request;
  const site = headers["sec-fetch-site"];
  const isOwn = site === undefined ? isOwnOrigin(headers.origin, request) : site === "same-origin" || site === "none";
  if (!isOwn)
    throw new HttpProblem(
      403,
      "This did not come from a page of this site, so the session does not count for it. A program sends a token; behind a proxy, let it pass on Host and Origin as they are.",
      { code: "CROSS_SITE" },
    );
  requireDeliberateType(request);
}

/**
 * As `requireSameOrigin` of a request without a session, which a program may make too: only what a browser marks as another
 * site's is refused, so that nobody is signed in under somebody else's name.
 * @throws {HttpProblem} 403 and 415
 */
export function refuseOtherSites(request: Asked): void {
  const { headers } = request;
  if (headers["sec-fetch-site"] !== undefined || headers.origin !== undefined) requireSameOrigin(request);
}

function isOwnOrigin(origin: string | undefined, { protocol, host }: Asked): boolean {
  if (origin === undefined || !URL.canParse(origin)) return false;
  const [from, to] = [new URL(origin), `${protocol}://${host}`];
  return URL.canParse(to) && from.origin === new URL(to).origin;
}

function requireDeliberateType({ headers }: Asked): void {
  const hasBody = headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
  const type = headers["content-type"]?.split(";", 1)[0]!.trim().toLowerCase();
  if (hasBody && !DELIBERATE_TYPES.has(type ?? ""))
    throw new HttpProblem(415, `With a session, a body is application/json; this one says ${type ?? "nothing"}.`);
}
