export { type AddressGuard, AddressRefused, createAddressGuard } from "./address-guard.ts";
export type { BreakerPolicy } from "./circuit-breaker.ts";
export { default as createConcurrencyLimit } from "p-limit";
export {
  AnswerTooBig,
  AuthenticationRefused,
  OutboundError,
  RateLimited,
  Unavailable,
  UnusableAnswer,
} from "./errors.ts";
export { findUrlProblems } from "./find-url-problems.ts";
export { credentialsIn, hideValues } from "./hide-values.ts";
export { createHttpClient, type HttpClient, type HttpClientOptions } from "./http-client.ts";
export { toOutcome } from "./outcome.ts";
export { parseAnswer, type TextAnswer } from "./read-text.ts";
export { LONGEST_SILENCE_MS, parseRetryAfter } from "./retry-after.ts";
export { toRefusal } from "./to-refusal.ts";
export { createTransport, type HttpRequest, type HttpTransport, type OpenAnswer, siteOf } from "./transport.ts";
