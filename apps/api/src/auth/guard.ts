import { includesRole } from "@drumline/engine";
import type { FastifyRequest } from "fastify";

import type { Api, ApiParts } from "../api.ts";
import { HttpProblem } from "../http/problem.ts";
import type { RateLimits } from "../http/rate-limit.ts";
import { accessOf, type Identity } from "./access.ts";
import { createIdentify } from "./identify.ts";

/**
 * Asks for a bearer token on every route that is added after it and does not declare itself public, before the body
 * is read. No cookies, so no other site can make a browser act here. The token is looked up before anything is counted:
 * a right one is let in, however many wrong ones come from the same address.
 */
export function addGuard(app: Api, { db, clock, adminToken }: ApiParts, { refuseWrongToken }: RateLimits): void {
  const identify = createIdentify(db, clock, { adminToken });

  const requireIdentity = async (request: FastifyRequest): Promise<Identity> => {
    const identity = await identify(readBearer(request.headers.authorization));
    if (identity !== null) return identity;
    await refuseWrongToken(request);
    throw unauthorized("The token is unknown or revoked.", ', error="invalid_token"');
  };

  app.decorateRequest("identity", null);
  app.addHook("onRequest", async (request) => {
    if (request.is404) return;
    const needed = accessOf(request.routeOptions.config, request.method);
    if (needed === "public") return;
    const identity = await requireIdentity(request);
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
