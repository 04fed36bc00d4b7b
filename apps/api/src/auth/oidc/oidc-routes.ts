import { isStorable } from "@drumline/core/text";
import { beginProviderSignIn, createRandom, type ProvenIdentity, takeProviderSignIn } from "@drumline/engine";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";

import type { Api, ApiParts } from "../../api.ts";
import { networkOf } from "../../http/client-address.ts";
import { HttpProblem, problemSchema } from "../../http/problem.ts";
import {
  cookieOf,
  dropProviderCookie,
  readProviderCookie,
  setProviderCookie,
  setSessionCookie,
} from "../session-cookie.ts";
import { endEarlierSession } from "../session.ts";
import type { SignIn } from "../sign-in.ts";
import { openTryWindows } from "../sign-in-limits.ts";
import { isFailure, sentenceOf, toFailure } from "./failures.ts";
import type { Oidc } from "./provider.ts";
import { toReturnPath } from "./return-to.ts";
import { type Claims, roleOfClaims } from "./role-of-claims.ts";
import { CALLBACK, type OidcConfig } from "./settings.ts";

const BEGINNING = "/api/v1/session/oidc";
const MOST_BEGUN_PER_ADDRESS = 60;
const OF_BROWSER = { config: { access: "public", keepsNoCopy: true }, exposeHeadRoute: false } as const;

const optionsSchema = z
  .object({
    provider: z
      .object({
        label: z.string(),
        url: z.string().describe("Where the button leads; `?to=` is a path to come back to."),
      })
      .nullable()
      .describe("Null where there is none to sign in at."),
    failure: z.string().nullable().describe("What the code means that the page was opened with."),
  })
  .meta({ id: "SignInOptions" });

/**
 * Signing in at a provider: the browser is sent there, and comes back with a code. Both are pages for a browser and not calls
 * of a program, so whatever is wrong leads back to the sign-in page with a code, which that page asks the meaning of. Every
 * address that is answered begins with the dashboard's own.
 */
export function addOidcRoutes(app: Api, parts: ApiParts, oidc: Oidc | null, signIn: SignIn): void {
  const { db, clock } = parts;
  const begun = openTryWindows(clock, MOST_BEGUN_PER_ADDRESS);

  app.get(
    "/api/v1/session/options",
    {
      config: { access: "public" },
      schema: {
        summary: "How people sign in here, besides password and link",
        tags: ["access"],
        querystring: z.strictObject({ failed: z.string().max(40).optional().describe("A code to be explained.") }),
        response: { 200: optionsSchema },
      },
    },
    async ({ query }) => ({
      provider: oidc === null ? null : { label: oidc.config.oidcLabel, url: oidc.config.oidcDashboardUrl + BEGINNING },
      failure: sentenceOf(query.failed),
    }),
  );

  app.get(
    BEGINNING,
    {
      ...OF_BROWSER,
      schema: {
        summary: "Sign in at the provider: sends the browser there",
        tags: ["access"],
        querystring: z.strictObject({
          to: z.string().max(2_000).optional().describe("A path of the dashboard to come back to."),
        }),
        response: { 302: z.null().describe("To the provider, or back to the sign-in page."), 404: problemSchema },
      },
    },
    (request, reply) => {
      const returnTo = toReturnPath(request.query.to);
      return orBack(reply, returnTo, async ({ provider }) => {
        requireSafeWay(request);
        if (begun.take(networkOf(request)) !== null) throw toFailure("TOO_MANY_FAILURES");
        const { url, ...checks } = await provider.begin();
        // Two tabs of one browser may be on their way at once.
        const browser = readProviderCookie(request) ?? createRandom();
        await beginProviderSignIn(db, { ...checks, browser, returnTo }, clock.now());
        setProviderCookie(request, reply, browser);
        return url;
      });
    },
  );

  app.get(
    CALLBACK,
    {
      ...OF_BROWSER,
      schema: {
        summary: "Where the provider sends the browser back to",
        tags: ["access"],
        querystring: z
          .looseObject({ state: z.string().max(200).optional() })
          .describe("As the provider has them: a state and a code, or an error."),
        response: { 302: z.null().describe("To the dashboard, or back to the sign-in page."), 404: problemSchema },
      },
    },
    (request, reply) =>
      orBack(reply, "/", async ({ config, provider }) => {
        requireSafeWay(request);
        const [{ state = "" }, browser] = [request.query, readProviderCookie(request) ?? ""];
        const found = await takeProviderSignIn(db, { state, browser }, clock.now());
        if (found === null) return signIn.refuse(request, null, "OIDC", toFailure("OIDC_NOT_BEGUN"));
        const { returnTo, ...checks } = found;
        const query = request.url.slice(request.url.indexOf("?") + 1);
        const proven = await provider
          .finish(query, { state, ...checks })
          .then((claims) => toProvenIdentity(claims, config))
          .catch((error: unknown) => {
            const isAnswer = error instanceof HttpProblem && error.facts.code !== "OIDC_PROVIDER_AWAY";
            if (isAnswer) return signIn.refuse(request, null, "OIDC", error);
            throw error;
          });
        const { secret } = await signIn.byIdentity(request, proven, ({ why }) => toFailure(`OIDC_${why}`));
        await endEarlierSession(parts, request);
        dropProviderCookie(request, reply);
        setSessionCookie(request, reply, secret);
        return config.oidcDashboardUrl + returnTo;
      }),
  );

  /** Sends the browser to the address that is found, or back to the sign-in page with the code of what keeps it from it. */
  async function orBack(reply: FastifyReply, returnTo: string, find: (by: Oidc) => Promise<string>): Promise<void> {
    if (oidc === null)
      throw new HttpProblem(404, "Nobody signs in at a provider here: OIDC_ISSUER is not set.", {
        code: "NO_PROVIDER",
      });
    const address = await find(oidc).catch((error: unknown) => {
      const code = error instanceof HttpProblem ? error.facts.code : undefined;
      if (!isFailure(code)) throw error;
      const search = new URLSearchParams({ failed: code, ...(returnTo === "/" ? {} : { to: returnTo }) });
      return `${oidc.config.oidcDashboardUrl}/sign-in?${search.toString()}`;
    });
    await reply.redirect(address, 302);
  }
}

function requireSafeWay(request: FastifyRequest): void {
  if (cookieOf(request) === null) throw toFailure("INSECURE_CONNECTION");
}

const MOST_OF_A_SUBJECT = 255;

/** @throws {HttpProblem} where the claims name nobody */
function toProvenIdentity(claims: Claims, config: OidcConfig): ProvenIdentity {
  const read = (name: string): string | null => {
    const value = claims[name];
    return typeof value === "string" && value.trim() !== "" && isStorable(value) ? value.trim() : null;
  };
  const [issuer, subject] = [read("iss"), read("sub")];
  if (issuer === null || subject === null || subject.length > MOST_OF_A_SUBJECT) throw toFailure("OIDC_WRONG_ANSWER");
  const names = ["preferred_username", "email", "name"].map(read).filter((name) => name !== null);
  return { issuer, subject, names, email: read("email"), role: roleOfClaims(claims, config) };
}
