export { createIdempotentAnswers, type IdempotentAnswers } from "./idempotent-answers.ts";
export { escapeHtml, toIndexPage } from "./index-page.ts";
export {
  badRequest,
  errorReply,
  htmlReply,
  HttpError,
  jsonReply,
  parseInput,
  type Reply,
  type Route,
  type RouteRequest,
} from "./route.ts";
