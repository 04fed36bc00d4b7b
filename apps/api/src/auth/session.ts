import { endSession, findSession, recordSecurityEvent } from "@drumline/engine";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { clientAddressOf } from "../http/client-address.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { meSchema } from "./me.ts";
import { refuseOtherSites } from "./same-origin.ts";
import { dropSessionCookie, readSessionCookie, requireCookie, setSessionCookie } from "./session-cookie.ts";
import type { SignedIn, SignIn } from "./sign-in.ts";
import { passwordSchema } from "./user-view.ts";

const refusals = { 401: problemSchema, 403: problemSchema, 429: problemSchema, 503: problemSchema };

/** Signing in, by a password or by a link that works once, and out again. */
export function addSessionRoutes(app: Api, parts: ApiParts, signIn: SignIn): void {
  const { db, clock } = parts;
  // No key: the answer's cookie is a secret, and a password must not stand anywhere as a quick hash.
  const config = { access: "public", idempotencyKey: false } as const;

  /** The session that the browser had before is over: nobody can have planted it. */
  const begin = async (request: FastifyRequest, reply: FastifyReply, find: () => Promise<SignedIn>) => {
    requireCookie(request);
    refuseOtherSites(request);
    const { name, role, secret } = await find();
    await endEarlierSession(parts, request);
    setSessionCookie(request, reply, secret);
    return { name, role, via: "session" as const };
  };

  app.post(
    "/api/v1/session",
    {
      config,
      schema: {
        summary: "Sign in",
        description:
          "Answers with a cookie, over HTTPS or on the same machine only. Five wrong tries for one name, and twenty from one address, are answered 429 until their minute is over.",
        tags: ["access"],
        body: z.strictObject({ name: z.string().min(1).max(80), password: passwordSchema }).meta({ id: "Credentials" }),
        response: { 200: meSchema, ...refusals },
      },
    },
    (request, reply) => begin(request, reply, () => signIn.byPassword(request, request.body)),
  );

  app.post(
    "/api/v1/session/link",
    {
      config,
      schema: {
        summary: "Sign in by a link that works once",
        description: "The page /sign-in finds the token behind the # of its address, which browsers send to nobody.",
        tags: ["access"],
        body: z.strictObject({ token: z.string().regex(/^[\w-]{43}$/) }).meta({ id: "LinkToken" }),
        response: { 200: meSchema, ...refusals },
      },
    },
    (request, reply) => begin(request, reply, () => signIn.byLink(request, request.body.token)),
  );

  app.delete(
    "/api/v1/session",
    {
      config: { access: "viewer" },
      schema: { summary: "Sign out", tags: ["access"], response: { 204: z.null(), 409: problemSchema } },
    },
    async (request, reply) => {
      const session = request.identity!.session;
      if (session === undefined)
        throw new HttpProblem(409, "A token is not signed in; revoke it to end it.", { code: "NO_SESSION" });
      const [at, remoteAddr] = [clock.now(), clientAddressOf(request)];
      await db.$transaction(async (tx) => {
        await endSession(tx, session.id, at, { userId: session.userId });
        await recordSecurityEvent(tx, { at, kind: "SIGN_OUT", actor: session.name, remoteAddr });
      });
      dropSessionCookie(request, reply);
      return reply.status(204).send(null);
    },
  );
}

/** The one that the browser has had until it signs in anew. */
export async function endEarlierSession(
  { db, clock }: Pick<ApiParts, "db" | "clock">,
  request: FastifyRequest,
): Promise<void> {
  const earlier = readSessionCookie(request);
  const session = earlier === null ? null : await findSession(db, earlier, clock.now());
  if (session !== null) await db.$transaction((tx) => endSession(tx, session.id, clock.now(), { userId: null }));
}
