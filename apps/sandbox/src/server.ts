import { setTimeout as sleep } from "node:timers/promises";

import { messageOf } from "@drumline/core/errors";
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";

import { type FaultStrike, type FaultSwitches, spoilReply } from "./faults/index.ts";
import { badRequest, errorReply, HttpError, type Reply, type Route } from "./http/index.ts";

export interface ServerParts {
  readonly routes: readonly Route[];
  readonly faults: FaultSwitches;
  /** The key that routes with `auth` ask for. */
  readonly token: string;
  /** Gets one line for every failure of the sandbox's own. */
  readonly report: (line: string) => void;
}

const MAX_BODY_BYTES = 1024 * 1024;
const METHODS = ["GET", "PUT", "POST", "DELETE"] as const;

/** Does not listen yet. */
export function createSandboxServer({ routes, faults, token, report }: ServerParts): FastifyInstance {
  const server = fastify({
    bodyLimit: MAX_BODY_BYTES,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    routerOptions: { querystringParser: (search) => Object.fromEntries(new URLSearchParams(search)) },
  });
  // Systems that sign or speak a protocol of their own want the text as it came, whatever its type says.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));

  const strikesOf = new WeakMap<FastifyRequest, readonly FaultStrike[]>();
  server.addHook("onRequest", async (request, reply) => {
    const strikes = faults.strike(request.url.split("?", 1)[0]!);
    strikesOf.set(request, strikes);
    await waitOutSlowness(strikes, whenGone(reply));
    if (!strikes.some(({ fault }) => fault.kind === "reset")) return;
    reply.hijack();
    request.raw.socket.resetAndDestroy();
  });
  const send = (request: FastifyRequest, reply: FastifyReply, answer: Reply) =>
    sendSpoiled(reply, answer, strikesOf.get(request) ?? []);

  for (const route of routes) {
    server.route({
      method: route.method,
      url: route.path,
      onRequest: async (request) => checkKey(route, token, request.headers.authorization),
      handler: async (request, reply) => {
        const rawBody = typeof request.body === "string" ? request.body : "";
        const body = route.reads === "text" ? rawBody : parseJsonBody(rawBody);
        const params = request.params as Record<string, string>;
        const query = request.query as Record<string, string>;
        const gone = whenGone(reply);
        send(request, reply, await route.handle({ params, query, headers: request.headers, body, rawBody, gone }));
        return reply;
      },
    });
  }
  for (const [path, allowed] of groupMethods(routes)) {
    server.route({
      method: METHODS.filter((method) => !allowed.includes(method)),
      url: path,
      onRequest: async ({ method }) => {
        const message = `${path} does not take ${method}; it takes ${allowed.join(", ")}`;
        throw new HttpError(405, { code: "METHOD_NOT_ALLOWED", message, headers: { allow: allowed.join(", ") } });
      },
      handler: () => null,
    });
  }
  server.setNotFoundHandler((request, reply) => {
    const known = routes.map(({ method, path }) => `${method} ${path}`).join(", ");
    const message = `nothing at ${request.method} ${request.url.split("?", 1)[0]}; the routes are ${known}`;
    send(request, reply, errorReply(new HttpError(404, { code: "NO_SUCH_ROUTE", message })));
  });
  server.setErrorHandler((error, request, reply) => {
    if (request.raw.socket.destroyed) return reply.hijack();
    const known = error instanceof HttpError ? error : toHttpError(error, request, report);
    return send(request, reply, errorReply(known));
  });
  return server;
}

/** The methods that each path takes. */
function groupMethods(routes: readonly Route[]): Map<string, (typeof METHODS)[number][]> {
  const methods = new Map<string, (typeof METHODS)[number][]>();
  for (const { path, method } of routes) methods.set(path, [...(methods.get(path) ?? []), method]);
  return methods;
}

async function waitOutSlowness(strikes: readonly FaultStrike[], gone: AbortSignal): Promise<void> {
  const delayMs = strikes.reduce((sum, { fault }) => sum + (fault.kind === "slow" ? fault.delayMs : 0), 0);
  if (delayMs > 0) await sleep(delayMs, undefined, { signal: gone });
}

function whenGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once("close", () => gone.abort());
  return gone.signal;
}

function checkKey({ auth, path }: Route, token: string, header: string | undefined): void {
  if (auth === null || keyOf(auth, header) === token) return;
  const got = header === undefined ? "no Authorization header" : "another key or scheme";
  const key = auth === "Basic" ? "<base64 of any user:SANDBOX_TOKEN>" : "<SANDBOX_TOKEN>";
  const message = `got ${got}; ${path} expects "Authorization: ${auth} ${key}"`;
  throw new HttpError(401, { code: "UNAUTHORIZED", message, headers: { "www-authenticate": auth } });
}

/** Null where the header is absent or of another scheme. */
function keyOf(scheme: string, header: string | undefined): string | null {
  if (header === undefined || !header.startsWith(`${scheme} `)) return null;
  const credentials = header.slice(scheme.length + 1);
  if (scheme !== "Basic") return credentials;
  const pair = Buffer.from(credentials, "base64").toString("utf8");
  return pair.slice(pair.indexOf(":") + 1);
}

/** Undefined where nothing was sent. */
function parseJsonBody(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest(`the body is not JSON: ${messageOf(error)}`);
  }
}

/** What Fastify refuses is the caller's mistake; anything else is the sandbox's own. */
function toHttpError(error: unknown, { method, url }: FastifyRequest, report: (line: string) => void): HttpError {
  const { code, statusCode = 500 } = Object(error) as { code?: string; statusCode?: number };
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") {
    const message = `the body is larger than ${MAX_BODY_BYTES} bytes; send less at a time`;
    return new HttpError(413, { code: "BODY_TOO_LARGE", message, headers: { connection: "close" } });
  }
  if (statusCode < 500) return new HttpError(statusCode, { code: "BAD_REQUEST", message: messageOf(error) });
  report(`${method} ${url} failed: ${error instanceof Error ? error.stack : String(error)}`);
  return new HttpError(500, { code: "SANDBOX_FAILURE", message: `the sandbox itself failed: ${messageOf(error)}` });
}

/** Truncated: the headers promise the whole body, half of it comes, and the connection ends. */
function sendSpoiled(reply: FastifyReply, answer: Reply, strikes: readonly FaultStrike[]): FastifyReply {
  const { status, headers, text } = strikes.reduce(spoilReply, answer);
  const body = Buffer.from(text);
  if (!strikes.some(({ fault }) => fault.kind === "truncate")) return reply.code(status).headers(headers).send(body);
  reply.hijack();
  reply.raw.writeHead(status, { ...headers, "content-length": body.length });
  reply.raw.write(body.subarray(0, Math.floor(body.length / 2)), () => reply.raw.destroy());
  return reply;
}
