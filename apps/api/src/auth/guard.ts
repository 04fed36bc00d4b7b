import { findSession, includesRole, type Role, type Scope } from "@drumline/engine";
import type { FastifyRequest } from "fastify";

import type { Api, ApiParts } from "../api.ts";
import { HttpProblem } from "../http/problem.ts";
import type { RateLimits } from "../http/rate-limit.ts";
import { accessOf, type Identity } from "./access.ts";
import { createIdentify } from "./identify.ts";
import { createRefusalLog } from "./refusal-log.ts";
import { requireSameOrigin } from "./same-origin.ts";
import { isInScope, scopeOf } from "./scope-of.ts";
import { readSessionCookie } from "./session-cookie.ts";

/**
 * Asks for a bearer token or a session's cookie on every route that is added after it and does not declare itself public,
 * before the body is read. A token is looked up before anything is counted: a right one is let in, however many wrong ones
 * come from the same address. A browser sends its cookie whoever asks it to, so with one it must be our own page that asks.
 */
export function addGuard(app: Api, { db, clock, adminToken }: ApiParts, { refuseWrongToken }: RateLimits): void {
  const identify = createIdentify(db, clock, { adminToken });
  const security = createRefusalLog(db, clock);

  const requireToken = async (request: FastifyRequest, header: string): Promise<Identity> => {
    const identity = await identify(readBearer(header));
    if (identity !== null) return identity;
    await security.recordWrongToken(request);
    await refuseWrongToken(request);
    throw unauthorized("The token is unknown, revoked or expired.", ', error="invalid_token"');
  };

  const requireSession = async (request: FastifyRequest): Promise<Identity> => {
    const secret = readSessionCookie(request);
    if (secret === null) throw unauthorized("This needs a token, or somebody who is signed in.");
    const isSeen = !isUnattended(request);
    const session = await findSession(db, secret, clock.now(), { isSeen });
    if (session === null) throw unauthorized("The session is over: sign in again.");
    const identity: Identity = { name: session.name, role: session.role, via: "session", session };
    try {
      requireSameOrigin(request);
    } catch (error) {
      throw error instanceof HttpProblem && error.status === 403 ? await refuse(request, identity, error) : error;
    }
    return identity;
  };

  const refuse = async (request: FastifyRequest, identity: Identity, problem: HttpProblem): Promise<HttpProblem> => {
    await security.recordRefusal(request, identity, problem.facts.code!);
    return problem;
  };

  const requireIdentity = async (request: FastifyRequest): Promise<Identity> => {
    const { authorization } = request.headers;
    return authorization === undefined ? requireSession(request) : requireToken(request, authorization);
  };

  app.decorate("identifyAgain", requireIdentity);
  app.decorateRequest("identity", null);
  app.addHook("onRequest", async (request) => {
    if (request.is404) return;
    const needed = accessOf(request.routeOptions.config, request.method);
    if (needed === "public") return;
    const identity = await requireIdentity(request);
    if (!includesRole(identity.role, needed)) throw await refuse(request, identity, forbidden(identity, needed));
    const { url: path = "" } = request.routeOptions;
    const scopes = identity.token?.scopes ?? [];
    if (!isInScope(scopes, request.method, path))
      throw await refuse(request, identity, outOfScope(identity.name, scopes, scopeOf(request.method, path)));
    request.identity = identity;
  });
}

/** Asked by an open page that nobody looks after: by its route, or as the page itself says. */
const isUnattended = ({ routeOptions, headers }: FastifyRequest): boolean =>
  routeOptions.config.isUnattended === true || headers["drumline-unattended"] === "true";

function readBearer(header: string): string {
  const [, secret] = /^Bearer +([\w.~+/-]{1,512}=*) *$/i.exec(header) ?? [];
  if (secret === undefined)
    throw unauthorized("The Authorization header holds no bearer token.", ', error="invalid_request"');
  return secret;
}

function outOfScope(name: string, scopes: readonly Scope[], scope: Scope | null): HttpProblem {
  const needed = scope === null ? "a token without scopes" : `the scope ${scope}`;
  return new HttpProblem(403, `This needs ${needed}, and the token "${name}" is held to ${scopes.join(", ")}.`, {
    code: "OUT_OF_SCOPE",
  });
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
