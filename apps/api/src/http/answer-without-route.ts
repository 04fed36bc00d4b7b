import { type Server, STATUS_CODES, type ServerResponse } from "node:http";
import type { Socket } from "node:net";

import type { FastifyError, FastifyHttpOptions, FastifyReply, FastifyRequest } from "fastify";

import type { Api } from "../api.ts";
import { titleOf } from "./answer-problems.ts";
import { HttpProblem, type Problem } from "./problem.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";

const HEADERS = { ...SECURITY_HEADERS, "content-type": "application/problem+json; charset=utf-8" } as const;

/** As the routes' own schemas have it. */
const LONGEST_PATH_PART = 200;

/**
 * What is answered before there is a route, as problems with the headers of every answer: what is no HTTP, has too long a
 * header or takes too long, a path that cannot be read, no Host, an expectation nobody meets, and a process that ends.
 */
export const answersWithoutRoute = {
  clientErrorHandler: answerParserError,
  frameworkErrors: answerUnreadablePath,
  // Both would be answered by Node or Fastify in forms of their own.
  return503OnClosing: false,
  http: { requireHostHeader: false },
  routerOptions: { ignoreTrailingSlash: true, maxParamLength: LONGEST_PATH_PART },
} satisfies FastifyHttpOptions<Server>;

/** The rest of `answersWithoutRoute`, which needs the server. */
export function answerWithoutRoute(app: Api): void {
  let isEnding = false;
  app.addHook("preClose", async () => void (isEnding = true));
  app.addHook("onRequest", async ({ raw }) => {
    if (isEnding)
      throw new HttpProblem(503, "This api is ending; another one, or the next one, answers.", {
        headers: { "retry-after": "1" },
      });
    if (raw.headers.host === undefined && raw.httpVersion === "1.1")
      throw new HttpProblem(400, "The request has no Host header, which HTTP/1.1 asks for.");
  });
  app.server.on("checkExpectation", (_request: unknown, response: ServerResponse) => {
    const body = JSON.stringify(toProblem(417, 'The only expectation that is met is "Expect: 100-continue".'));
    response.writeHead(417, { ...HEADERS, connection: "close", "content-length": Buffer.byteLength(body) }).end(body);
  });
}

function answerParserError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  if (socket.writable) socket.write(toMessage(toParserProblem(error.code)));
  socket.destroy(error);
}

function toParserProblem(code = ""): Problem {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return toProblem(408, "The request did not arrive whole in its time.");
  if (code === "HPE_HEADER_OVERFLOW") return toProblem(431, "The headers are longer than 16 KiB together.");
  return toProblem(400, `This is no request of HTTP/1.1 that can be read (${code}).`);
}

/** The answer as bytes: there is no response object yet. */
function toMessage(problem: Problem): string {
  const body = JSON.stringify(problem);
  const headers = { ...HEADERS, connection: "close", "content-length": Buffer.byteLength(body) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`, ...lines, "", body].join("\r\n");
}

/** No hook of a route has run, since the path leads to none. */
function answerUnreadablePath({ statusCode = 400 }: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  const detail =
    statusCode === 414
      ? `A part of the path is longer than ${LONGEST_PATH_PART} characters.`
      : "The path cannot be read: a % in it begins no code of two digits (%25 is the % itself).";
  const problem = toProblem(statusCode, detail);
  void reply.status(statusCode).headers(HEADERS).serializer(JSON.stringify).send(problem);
}

/** Of no instance: what was asked for could not be read. */
const toProblem = (status: number, detail: string): Problem => ({
  type: "about:blank",
  title: titleOf(status),
  status,
  detail,
  instance: "",
});
