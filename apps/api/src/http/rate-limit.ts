import rateLimit from "@fastify/rate-limit";
import { MINUTE_MS } from "@drumline/core/clock";

import type { Api, ApiParts } from "../api.ts";
import { HttpProblem } from "./problem.ts";

/**
 * Answers 429 with Retry-After to who asks too often: counted per token, and per address where no token is asked for.
 * Each api process counts for itself. Routes added before it, and those with `rateLimit: false`, have no limit.
 */
export async function addRateLimit(
  app: Api,
  { requestsPerMinute }: Pick<ApiParts, "requestsPerMinute">,
): Promise<void> {
  if (requestsPerMinute === 0) return;
  await app.register(rateLimit, {
    max: requestsPerMinute,
    timeWindow: MINUTE_MS,
    keyGenerator: ({ identity, ip }) => (identity === null ? `address ${ip}` : `token ${identity.name}`),
    errorResponseBuilder: (_request, { max, after }) =>
      new HttpProblem(429, `More than ${max} requests in a minute; try again in ${after}.`, {
        code: "TOO_MANY_REQUESTS",
      }),
  });
}
