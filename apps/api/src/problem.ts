import { messageOf } from "@drumline/core/errors";
import type { Log } from "@drumline/core/log";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { z } from "zod";

/** RFC 9457. `type` stays about:blank: the status says the kind, `detail` and `errors` say the rest. */
export const problemSchema = z
  .object({
    type: z.literal("about:blank"),
    title: z.string().describe("The kind of problem, the same for every occurrence."),
    status: z.int(),
    detail: z.string().describe("What went wrong this time, and how to cure it."),
    instance: z.string().describe("The request it happened to."),
    errors: z
      .array(z.object({ where: z.string(), problem: z.string() }))
      .optional()
      .describe("Every wrong field at once."),
  })
  .meta({ id: "Problem" });

export type Problem = z.infer<typeof problemSchema>;

/** Thrown by a route that knows what it wants to answer. */
export class HttpProblem extends Error {
  readonly status: number;

  constructor(status: number, detail: string, options: { cause?: unknown } = {}) {
    super(detail, options);
    this.status = status;
  }
}

/** Every error leaves as a problem, never as a stack trace or in a framework's own shape. */
export function answerProblems(app: FastifyInstance, log: Log): void {
  app.setNotFoundHandler((request, reply) =>
    send(reply, request, {
      status: 404,
      detail: `There is no ${request.method} ${pathOf(request)}; see /docs for what there is.`,
    }),
  );
  app.setErrorHandler((error: FastifyError | HttpProblem, request, reply) => {
    const answer = toAnswer(error);
    if (answer.status >= 500)
      log.error({ error: messageOf(error), method: request.method, path: pathOf(request) }, "request failed");
    return send(reply, request, answer);
  });
}

interface Answer {
  readonly status: number;
  readonly detail: string;
  readonly errors?: Problem["errors"];
}

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad request",
  404: "Not found",
  408: "Request timeout",
  409: "Conflict",
  413: "Content too large",
  415: "Unsupported media type",
  422: "Unprocessable content",
  503: "Service unavailable",
};

function toAnswer(error: FastifyError | HttpProblem): Answer {
  if (error instanceof HttpProblem) return { status: error.status, detail: error.message };
  if (hasZodFastifySchemaValidationErrors(error)) {
    return {
      status: 400,
      detail: "The request does not have the expected form; every wrong field is listed in errors.",
      errors: error.validation.map(({ instancePath, message }) => ({
        where: `${error.validationContext ?? "request"}${instancePath.replaceAll("/", ".")}`.replace(/\.$/, ""),
        problem: message ?? "not as expected",
      })),
    };
  }
  if (isStoreAway(error)) {
    return { status: 503, detail: "The database does not answer; see /health/ready. Try again when it is back." };
  }
  const status = error.statusCode ?? 500;
  if (status < 500) return { status, detail: error.message };
  return { status, detail: "This is a fault of the service and not of the request; its log says more." };
}

/** Prisma's ways to say that there is no server, no free connection, or that the connection broke. */
function isStoreAway(error: { code?: unknown; message: string }): boolean {
  const codes = new Set(["P1000", "P1001", "P1002", "P1008", "P1011", "P1017", "P2024", "P2028", "ECONNREFUSED"]);
  return (
    codes.has(String(error.code)) ||
    /ECONNREFUSED|ECONNRESET|Connection terminated|Can't reach database/.test(error.message)
  );
}

function send(reply: FastifyReply, request: FastifyRequest, { status, detail, errors }: Answer): FastifyReply {
  const problem: Problem = {
    type: "about:blank",
    title: TITLES[status] ?? (status < 500 ? "Bad request" : "Internal error"),
    status,
    detail,
    instance: pathOf(request),
    ...(errors === undefined ? {} : { errors }),
  };
  return reply
    .status(status)
    .type("application/problem+json; charset=utf-8")
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(problem);
}

/** Without the query, which may hold what should not be echoed. */
const pathOf = (request: FastifyRequest): string => request.url.split("?", 1)[0]!;
