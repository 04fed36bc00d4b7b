export { type AnswerBook, createAnswerBook } from "./answer-book.ts";
export { badRequest, HttpError } from "./http-error.ts";
export { escapeHtml, toIndexPage } from "./index-page.ts";
export { parseInput } from "./parse-input.ts";
export { htmlReply, jsonReply, type Reply } from "./reply.ts";
export type { Route, RouteRequest } from "./route.ts";
export { createSandboxServer } from "./server.ts";
