import type { HttpError } from "./http-error.ts";

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

export function errorReply({ status, headers, code, message }: HttpError): Reply {
  const reply = jsonReply({ error: { code, message } }, status);
  return { ...reply, headers: { ...reply.headers, ...headers } };
}
