import { SECOND_MS } from "@drumline/core/clock";
import { PROVIDER_SIGN_IN_LIFE_MS, SESSION_LIFE_MS } from "@drumline/engine";
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
export const readSessionCookie = (request: Asked): string | null => readCookie(request, "");

/** @throws {HttpProblem} 403 where no cookie may be set */
export function setSessionCookie(request: Asked, reply: FastifyReply, secret: string): void {
  setCookie(request, reply, "", secret, SESSION_LIFE_MS);
}

export function dropSessionCookie(request: Asked, reply: FastifyReply): void {
  setCookie(request, reply, "", "", 0);
}

/** By what a browser that went to the provider is known when it comes back. */
export const readProviderCookie = (request: Asked): string | null => readCookie(request, OF_PROVIDER);

/** @throws {HttpProblem} 403 where no cookie may be set */
export function setProviderCookie(request: Asked, reply: FastifyReply, secret: string): void {
  setCookie(request, reply, OF_PROVIDER, secret, PROVIDER_SIGN_IN_LIFE_MS);
}

export function dropProviderCookie(request: Asked, reply: FastifyReply): void {
  setCookie(request, reply, OF_PROVIDER, "", 0);
}

const OF_PROVIDER = "-oidc";

/** Says how to be let in, before a password is looked at. @throws {HttpProblem} 403 */
export function requireCookie(request: Asked): void {
  if (cookieOf(request) === null) throw insecure();
}

function readCookie(request: Asked, suffix: string): string | null {
  const cookie = cookieOf(request);
  if (cookie === null) return null;
  for (const part of request.headers.cookie?.split(";") ?? []) {
    const [key, value = ""] = part.trim().split("=", 2);
    if (key === cookie.name + suffix && /^[\w-]{43}$/.test(value)) return value;
  }
  return null;
}

function setCookie(request: Asked, reply: FastifyReply, suffix: string, value: string, lifeMs: number): void {
  const cookie = cookieOf(request);
  if (cookie === null) throw insecure();
  const attributes = ["Path=/", `Max-Age=${lifeMs / SECOND_MS}`, "HttpOnly", "SameSite=Lax"];
  if (cookie.isSecure) attributes.push("Secure");
  // Whatever path a proxy takes away: the api cannot know it, and the prefix wants the root.
  reply.header("set-cookie", [`${cookie.name}${suffix}=${value}`, ...attributes].join("; "));
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
