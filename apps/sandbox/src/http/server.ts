import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

import { messageOf } from "@drumline/core/errors";

import { type FaultStrike, type FaultSwitches, spoilReply } from "../faults/index.ts";
import { findRoute } from "./find-route.ts";
import { HttpError } from "./http-error.ts";
import { parseJsonBody, readTextBody } from "./read-body.ts";
import { errorReply, type Reply } from "./reply.ts";
import type { Route } from "./route.ts";

export interface ServerParts {
  readonly routes: readonly Route[];
  readonly faults: FaultSwitches;
  /** The key that routes with `auth` ask for. */
  readonly token: string;
  /** Gets one line for every failure of the sandbox's own. */
  readonly report: (line: string) => void;
}

/** Does not listen yet. */
export function createSandboxServer(parts: ServerParts): Server {
  return createServer((request, response) => {
    answer(parts, request, response).catch((error: unknown) => {
      if (response.destroyed) return;
      parts.report(`${request.method} ${request.url} failed: ${messageOf(error)}`);
      response.destroy();
    });
  });
}

async function answer(parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path = "/", search = ""] = (request.url ?? "/").split("?", 2);
  const strikes = parts.faults.strike(path);
  await waitOutSlowness(strikes, response);
  if (strikes.some(({ fault }) => fault.kind === "reset")) {
    request.socket.resetAndDestroy();
    return;
  }
  let reply: Reply;
  try {
    const { route, params } = findRoute(parts.routes, request.method ?? "GET", path);
    checkKey(route, parts.token, request.headers.authorization);
    const rawBody = (await readTextBody(request)) ?? "";
    const body = route.reads === "text" ? rawBody : parseJsonBody(rawBody);
    const query = Object.fromEntries(new URLSearchParams(search));
    reply = await route.handle({ params, query, headers: request.headers, body, rawBody, gone: whenGone(response) });
  } catch (error) {
    if (request.socket.destroyed) return;
    reply = errorReply(error instanceof HttpError ? error : ownFailure(parts, request, error));
  }
  send(
    response,
    strikes.reduce(spoilReply, reply),
    strikes.some(({ fault }) => fault.kind === "truncate"),
  );
}

async function waitOutSlowness(strikes: readonly FaultStrike[], response: ServerResponse): Promise<void> {
  const delayMs = strikes.reduce((sum, { fault }) => sum + (fault.kind === "slow" ? fault.delayMs : 0), 0);
  if (delayMs === 0) return;
  await sleep(delayMs, undefined, { signal: whenGone(response) });
}

function whenGone(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
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

function ownFailure({ report }: ServerParts, request: IncomingMessage, error: unknown): HttpError {
  report(`${request.method} ${request.url} failed: ${error instanceof Error ? error.stack : String(error)}`);
  return new HttpError(500, { code: "SANDBOX_FAILURE", message: `the sandbox itself failed: ${messageOf(error)}` });
}

/** Truncated: the headers promise the whole body, half of it comes, and the connection ends. */
function send(response: ServerResponse, { status, headers, text }: Reply, truncated: boolean): void {
  const body = Buffer.from(text);
  response.writeHead(status, { ...headers, "content-length": body.length });
  if (truncated) response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
  else response.end(body);
}
