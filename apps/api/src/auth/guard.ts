import { includesRole } from "@drumline/engine";
import type { FastifyRequest } from "fastify";

import type { Api, ApiParts } from "../api.ts";
import { HttpProblem } from "../http/problem.ts";
import { accessOf, type Identity } from "./access.ts";
import { createFailedLogins } from "./failed-logins.ts";
import { createIdentifier } from "./identify.ts";

/**
 * Asks for a bearer token on every route that is added after it and does not declare itself public, before the body
 * is read. No cookies, so no other site can make a browser act here.
 */
export function addGuard(app: Api, { db, clock, adminToken }: ApiParts): void {
  const identifier = createIdentifier(db, clock, { adminToken });
  const failedLogins = createFailedLogins(clock);

  const identify = async (request: FastifyRequest): Promise<Identity> => {
    const secret = readBearer(request.headers.authorization);
    // Who has shown a right token lately is not kept out by a neighbour who guesses.
    const known = identifier.recall(secret);
    if (known !== null) return known;
    const waitSeconds = failedLogins.waitSeconds(request.ip);
    if (waitSeconds > 0) throw tooManyFailures(waitSeconds);
    const identity = await identifier.find(secret);
    if (identity !== null) return identity;
    failedLogins.count(request.ip);
    throw unauthorized("The token is unknown or revoked.", ', error="invalid_token"');
  };

  app.decorateRequest("identity", null);
  app.addHook("onRequest", async (request) => {
    if (request.is404) return;
    const needed = accessOf(request.routeOptions.config, request.method);
    if (needed === "public") return;
    const identity = await identify(request);
    if (!includesRole(identity.role, needed)) {
      throw new HttpProblem(
        403,
        `This needs the role ${needed}, and the token "${identity.name}" has the role ${identity.role}.`,
        { code: "FORBIDDEN" },
      );
    }
    request.identity = identity;
  });
}

function readBearer(header: string | undefined): string {
  if (header === undefined) throw unauthorized("This needs a token.");
  const [, secret] = /^Bearer +([\w.~+/-]{1,512}=*) *$/i.exec(header) ?? [];
  if (secret === undefined)
    throw unauthorized("The Authorization header holds no bearer token.", ', error="invalid_request"');
  return secret;
}

function unauthorized(what: string, parameters = ""): HttpProblem {
  return new HttpProblem(
    401,
    `${what} Send "Authorization: Bearer <token>"; npm start prints one, and drumline token create <name> makes one.`,
    { code: "UNAUTHORIZED", headers: { "www-authenticate": `Bearer realm="drumline"${parameters}` } },
  );
}

function tooManyFailures(waitSeconds: number): HttpProblem {
  return new HttpProblem(429, `Too many wrong tokens came from this address; try again in ${waitSeconds} s.`, {
    code: "TOO_MANY_FAILURES",
    headers: { "retry-after": String(waitSeconds) },
  });
}
