import type { FastifyRequest } from "fastify";

import type { Api, ApiParts } from "../api.ts";
import { HttpProblem } from "../http/problem.ts";
import { withoutPeople } from "./without-people.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Whether what is somebody's is hidden from whoever asks. */
    hidesPeople: boolean;
  }
}

/** What a viewer sees of themselves. */
const OWN = new Set(["/api/v1/me", "/api/v1/sessions"]);

/**
 * Takes what is somebody's out of every answer to a viewer, unless viewers may see it: one rule for all routes that are added
 * after it, so that a new one has it too; lists as CSV ask it row by row. Comes after the guard, which knows who asks.
 */
export function hidePeople(app: Api, { viewersSeePeople }: ApiParts): void {
  app.decorateRequest("hidesPeople", false);
  app.addHook("onRequest", async (request) => {
    const { url } = request.routeOptions;
    request.hidesPeople = !viewersSeePeople && request.identity?.role === "viewer" && !OWN.has(url ?? "");
  });
  app.addHook("preSerialization", async (request, _reply, payload) => toShown(request, payload));
}

/** Of a value what whoever asks may see. */
export const toShown = ({ hidesPeople }: FastifyRequest, value: unknown): unknown =>
  hidesPeople ? withoutPeople(value) : value;

/**
 * For what shows somebody as a whole, or lets be guessed what is hidden.
 * @throws {HttpProblem} 403
 */
export function refuseIfHidden({ hidesPeople }: FastifyRequest, what: string): void {
  if (!hidesPeople) return;
  throw new HttpProblem(
    403,
    `${what} is hidden from viewers; an operator sees it, or all do with API_VIEWERS_SEE_PEOPLE.`,
    {
      code: "HIDDEN_FROM_VIEWERS",
    },
  );
}
