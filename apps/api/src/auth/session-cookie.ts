import { SECOND_MS } from "@drumline/core/clock";
import { SESSION_LIFE_MS } from "@drumline/engine";
import type { FastifyReply, FastifyRequest } from "fastify";

import { HttpProblem } from "../http/problem.ts";

type Asked = Pick<FastifyRequest, "protocol" | "host" | "headers" | "server">;

/**
 * The session's cookie as this request may have it. Over HTTPS it has the prefix `__Host-`, with which a browser takes it
 * from this host alone and sends it over HTTPS alone; over plain HTTP a browser on the same machine gets one without. Null
 * anywhere else, where whoever listens would be signed in too.
 */
export function cookieOf(request: Asked): { readonly name: string; readonly isSecure: boolean } | null {
  if (request.protocol === "https") return { name: "__Host-drumline", isSecure: true };
  // Whoever forwards without being trusted may speak to the whole world on its other side.
  const isForwarded = ["forwarded", "x-forwarded-for", "x-forwarded-proto"].some(
    (header) => request.headers[header] !== undefined,
  );
  return isLoopback(request.host) && !isForwarded ? { name: "drumline", isSecure: false } : null;
}

/** The secret in the request's cookie; null where there is none that counts. */
export function readSessionCookie(request: Asked): string | null {
  const name = cookieOf(request)?.name;
  if (name === undefined) return null;
  for (const part of request.headers.cookie?.split(";") ?? []) {
    const [key, value = ""] = part.trim().split("=", 2);
    if (key === name && /^[\w-]{43}$/.test(value)) return value;
  }
  return null;
}

/** @throws {HttpProblem} 403 where no cookie may be set */
export function setSessionCookie(request: Asked, reply: FastifyReply, secret: string): void {
  setCookie(request, reply, secret, SESSION_LIFE_MS / SECOND_MS);
}

export function dropSessionCookie(request: Asked, reply: FastifyReply): void {
  setCookie(request, reply, "", 0);
}

/** Says how to be let in, before a password is looked at. @throws {HttpProblem} 403 */
export function requireCookie(request: Asked): void {
  if (cookieOf(request) === null) throw insecure();
}

function setCookie(request: Asked, reply: FastifyReply, value: string, maxAgeSeconds: number): void {
  const cookie = cookieOf(request);
  if (cookie === null) throw insecure();
  const attributes = ["Path=/", `Max-Age=${maxAgeSeconds}`, "HttpOnly", "SameSite=Lax"];
  if (cookie.isSecure) attributes.push("Secure");
  // Whatever path a proxy takes away: the api cannot know it, and the prefix wants the root.
  reply.header("set-cookie", [`${cookie.name}=${value}`, ...attributes].join("; "));
}

function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, "").toLowerCase();
  return name === "localhost" || name.endsWith(".localhost") || name === "[::1]" || /^127(\.\d{1,3}){3}$/.test(name);
}

const insecure = (): HttpProblem =>
  new HttpProblem(
    403,
    "Nobody is signed in over plain HTTP, but on the same machine (http://localhost, http://127.0.0.1): anybody on the way could take the session. Come over HTTPS; where a proxy with TLS stands before the api, let it send X-Forwarded-Proto and name its address in API_TRUSTED_PROXIES.",
    { code: "INSECURE_CONNECTION" },
  );
