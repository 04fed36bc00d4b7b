import { messageOf } from "@drumline/core/errors";
import type { Log } from "@drumline/core/log";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";

import { HttpProblem, type Problem, type ProblemFacts } from "./problem.ts";

/** The answer to an error of one context; null for every other error. */
export type ToProblem = (error: unknown) => HttpProblem | null;

/** Every error leaves as a problem, never as a stack trace or in a framework's own shape. */
export function answerProblems(app: FastifyInstance, log: Log, translations: readonly ToProblem[]): void {
  app.setNotFoundHandler((request, reply) =>
    send(reply, request, {
      status: 404,
      detail: `There is no ${request.method} ${pathOf(request)}; see /docs for what there is.`,
    }),
  );
  app.setErrorHandler((error: FastifyError | HttpProblem, request, reply) => {
    const answer = toAnswer(translations.reduce((found, translate) => translate(found) ?? found, error));
    if (answer.status >= 500)
      log.error({ error: messageOf(error), method: request.method, path: loggedPathOf(request) }, "request failed");
    return send(reply, request, answer);
  });
}

interface Answer {
  readonly status: number;
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly facts?: ProblemFacts;
}

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not found",
  408: "Request timeout",
  409: "Conflict",
  413: "Content too large",
  414: "URI too long",
  415: "Unsupported media type",
  417: "Expectation failed",
  422: "Unprocessable content",
  429: "Too many requests",
  431: "Request header fields too large",
  503: "Service unavailable",
};

/** The title of every problem of a status. */
export const titleOf = (status: number): string => TITLES[status] ?? (status < 500 ? "Bad request" : "Internal error");

function toAnswer(error: FastifyError | HttpProblem): Answer {
  if (error instanceof HttpProblem)
    return { status: error.status, detail: error.message, headers: error.headers, facts: error.facts };
  if (hasZodFastifySchemaValidationErrors(error)) {
    return {
      status: 400,
      detail: "The request does not have the expected form; every wrong field is listed in errors.",
      facts: {
        errors: error.validation.map(({ instancePath, message }) => ({
          where: `${error.validationContext ?? "request"}${instancePath.replaceAll("/", ".")}`.replace(/\.$/, ""),
          problem: message ?? "not as expected",
        })),
      },
    };
  }
  if (isDatabaseAway(error)) {
    return { status: 503, detail: "The database does not answer; see /health/ready. Try again when it is back." };
  }
  const status = error.statusCode ?? 500;
  if (status < 500) return { status, detail: error.message };
  return { status, detail: "This is a fault of the service and not of the request; its log says more." };
}

/** Prisma's ways to say that there is no server, no free connection, or that the connection broke. */
function isDatabaseAway(error: { code?: unknown; message: string }): boolean {
  const codes = new Set(["P1000", "P1001", "P1002", "P1008", "P1011", "P1017", "P2024", "P2028", "ECONNREFUSED"]);
  return (
    codes.has(String(error.code)) ||
    /ECONNREFUSED|ECONNRESET|Connection terminated|Can't reach database/.test(error.message)
  );
}

function send(reply: FastifyReply, request: FastifyRequest, answer: Answer): FastifyReply {
  const { status, detail, headers = {}, facts = {} } = answer;
  const problem: Problem = {
    type: "about:blank",
    title: titleOf(status),
    status,
    detail,
    instance: pathOf(request),
    ...facts,
  };
  return reply
    .status(status)
    .headers(headers)
    .type("application/problem+json; charset=utf-8")
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(problem);
}

/** The route's own where a request's would tell what only the sender may know. */
const loggedPathOf = (request: FastifyRequest): string =>
  request.routeOptions.config.hasSecretPath === true ? request.routeOptions.url! : pathOf(request);

/** Without the query, which may hold what should not be echoed. */
const pathOf = (request: FastifyRequest): string => request.url.split("?", 1)[0]!;
