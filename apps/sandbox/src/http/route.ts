import type { IncomingHttpHeaders } from "node:http";

import { DrumlineError } from "@drumline/core/errors";
import { z } from "zod";

/** One thing that an outside system answers to, as data: the server, the index page and the 404 are made of these. */
export interface Route {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  /** A part that starts with a colon is a parameter. */
  readonly path: string;
  readonly about: string;
  /** How the key comes in the Authorization header: after that word, or as any user's Basic password; null for open routes. */
  readonly auth: "Token" | "Bearer" | "Basic" | null;
  /** How the body is read: `json` unless said otherwise. */
  readonly reads?: "json" | "text";
  readonly handle: (request: RouteRequest) => Reply | Promise<Reply>;
}

export interface RouteRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  /** Parsed JSON, or the text as it came; undefined where nothing was sent. */
  readonly body: unknown;
  /** As sent, byte for byte, for those who check a signature. */
  readonly rawBody: string;
  /** Aborted when the caller has gone. */
  readonly gone: AbortSignal;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export function jsonReply(body: unknown, status = 200): Reply {
  return { status, headers: { "content-type": "application/json; charset=utf-8" }, text: JSON.stringify(body) };
}

export function htmlReply(html: string): Reply {
  return { status: 200, headers: { "content-type": "text/html; charset=utf-8" }, text: html };
}

/** Answers with a status and a message that says what is wrong with the request, and how to put it right. */
export class HttpError extends DrumlineError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    { code, message, headers = {} }: { code: string; message: string; headers?: Record<string, string> },
  ) {
    super(message, { code });
    this.status = status;
    this.headers = headers;
  }
}

export function errorReply({ status, headers, code, message }: HttpError): Reply {
  const reply = jsonReply({ error: { code, message } }, status);
  return { ...reply, headers: { ...reply.headers, ...headers } };
}

export function badRequest(message: string): HttpError {
  return new HttpError(400, { code: "BAD_REQUEST", message });
}

/** What a client sent, as the schema reads it. Throws a 400 with every problem. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown, what: string): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw badRequest(`${what} is not as expected:\n${z.prettifyError(parsed.error)}`);
}
