import { findSession, includesRole, type Role } from "@drumline/engine";
import type { FastifyRequest } from "fastify";

import type { Api, ApiParts } from "../api.ts";
import { HttpProblem } from "../http/problem.ts";
import type { RateLimits } from "../http/rate-limit.ts";
import { accessOf, type Identity } from "./access.ts";
import { createIdentify } from "./identify.ts";
import { requireSameOrigin } from "./same-origin.ts";
import { readSessionCookie } from "./session-cookie.ts";

/**
 * Asks for a bearer token or a session's cookie on every route that is added after it and does not declare itself public,
 * before the body is read. A token is looked up before anything is counted: a right one is let in, however many wrong ones
 * come from the same address. A browser sends its cookie whoever asks it to, so with one it must be our own page that asks.
 */
export function addGuard(app: Api, { db, clock, adminToken }: ApiParts, { refuseWrongToken }: RateLimits): void {
  const identify = createIdentify(db, clock, { adminToken });

  const requireToken = async (request: FastifyRequest, header: string): Promise<Identity> => {
    const identity = await identify(readBearer(header));
    if (identity !== null) return identity;
    await refuseWrongToken(request);
    throw unauthorized("The token is unknown or revoked.", ', error="invalid_token"');
  };

  const requireSession = async (request: FastifyRequest): Promise<Identity> => {
    const secret = readSessionCookie(request);
    if (secret === null) throw unauthorized("This needs a token, or somebody who is signed in.");
    const session = await findSession(db, secret, clock.now());
    if (session === null) throw unauthorized("The session is over: sign in again.");
    requireSameOrigin(request);
    return { name: session.name, role: session.role, via: "session", session };
  };

  app.decorateRequest("identity", null);
  app.addHook("onRequest", async (request) => {
    if (request.is404) return;
    const needed = accessOf(request.routeOptions.config, request.method);
    if (needed === "public") return;
    const { authorization } = request.headers;
    const identity =
      authorization === undefined ? await requireSession(request) : await requireToken(request, authorization);
    if (!includesRole(identity.role, needed)) throw forbidden(identity, needed);
    request.identity = identity;
  });
}

function readBearer(header: string): string {
  const [, secret] = /^Bearer +([\w.~+/-]{1,512}=*) *$/i.exec(header) ?? [];
  if (secret === undefined)
    throw unauthorized("The Authorization header holds no bearer token.", ', error="invalid_request"');
  return secret;
}

function forbidden({ name, role, via }: Identity, needed: Role): HttpProblem {
  const who = via === "token" ? `the token "${name}"` : `"${name}"`;
  return new HttpProblem(403, `This needs the role ${needed}, and ${who} has the role ${role}.`, { code: "FORBIDDEN" });
}

function unauthorized(what: string, parameters = ""): HttpProblem {
  return new HttpProblem(
    401,
    `${what} Send "Authorization: Bearer <token>"; npm start prints one, and drumline token create <name> makes one.`,
    { code: "UNAUTHORIZED", headers: { "www-authenticate": `Bearer realm="drumline"${parameters}` } },
  );
}
