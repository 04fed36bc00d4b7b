export { type AnswerBook, createAnswerBook } from "./answer-book.ts";
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
