export type { BreakerPolicy } from "./circuit-breaker.ts";
export { createConcurrencyLimit } from "./concurrency-limit.ts";
export { AuthenticationRefused, OutboundError, RateLimited, Unavailable, UnusableAnswer } from "./errors.ts";
export { createHttpClient, type HttpClient, type HttpClientOptions } from "./http-client.ts";
export { toOutcome } from "./outcome.ts";
