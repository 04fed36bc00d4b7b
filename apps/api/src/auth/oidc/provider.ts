import { type Clock, DAY_MS, HOUR_MS } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";
import type { Log } from "@drumline/core/log";
import type { ClientAuth, Configuration } from "openid-client";

import { keepFor } from "../../http/keep-for.ts";
import { boundedFetch } from "./bounded-fetch.ts";
import { type OidcFailure, toFailure } from "./failures.ts";
import { type Claims, findClaim } from "./role-of-claims.ts";
import { CALLBACK, type OidcConfig } from "./settings.ts";

/** What a sign-in begins with, and its return must fit. */
export interface BegunSignIn {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** The OpenID Connect provider, as far as somebody signs in there. */
export interface IdentityProvider {
  /** Where the browser goes. @throws {HttpProblem} */
  begin(): Promise<BegunSignIn & { readonly url: string }>;
  /** Who has come back with this query, as the provider vouches for them. @throws {HttpProblem} */
  finish(query: string, begun: BegunSignIn): Promise<Claims>;
}

/** It, and what was set for it. */
export interface Oidc {
  readonly config: OidcConfig;
  readonly provider: IdentityProvider;
}

const TIMEOUT_SECONDS = 5;
/** What it says of itself is used on while it is asked again; one that does not answer is asked by whoever comes next. */
const KNOWN = { freshMs: () => HOUR_MS, staleMs: DAY_MS };

/**
 * Nothing is asked of the provider before somebody wants to sign in, and no answer is waited for longer than five seconds:
 * whatever becomes of it, the api and those who are signed in go on. The library is loaded then too.
 */
export function createOidc(
  config: OidcConfig | null,
  parts: { readonly clock: Clock; readonly log: Log },
): Oidc | null {
  return config === null ? null : { config, provider: createIdentityProvider(config, parts) };
}

function createIdentityProvider(config: OidcConfig, { clock, log }: { clock: Clock; log: Log }): IdentityProvider {
  const redirectUri = config.oidcDashboardUrl + CALLBACK;
  const discover = keepFor<null, Configuration>(clock, KNOWN, () => discoverProvider(config));

  const fail = (code: OidcFailure, error: unknown): never => {
    log.warn({ code, issuer: config.oidcIssuer, error: describe(error) }, "a sign-in at the provider failed");
    throw toFailure(code, error);
  };
  const load = async () => ({
    client: await import("openid-client"),
    provider: await discover(null).catch((error: unknown) => fail("OIDC_PROVIDER_AWAY", error)),
  });

  return {
    begin: async () => {
      const { client, provider } = await load();
      const codeVerifier = client.randomPKCECodeVerifier();
      const [state, nonce] = [client.randomState(), client.randomNonce()];
      const url = client.buildAuthorizationUrl(provider, {
        redirect_uri: redirectUri,
        scope: config.oidcScopes,
        state,
        nonce,
        code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: "S256",
      });
      return { url: url.href, state, nonce, codeVerifier };
    },
    finish: async (query, { state, nonce, codeVerifier }) => {
      const { client, provider } = await load();
      try {
        const answer = new URL(`${redirectUri}?${query}`);
        const tokens = await client.authorizationCodeGrant(provider, answer, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: codeVerifier,
        });
        const claims = tokens.claims()!;
        const isTold = findClaim(claims, config.oidcRoleClaim) !== undefined;
        if (isTold || provider.serverMetadata().userinfo_endpoint === undefined) return claims;
        return { ...(await client.fetchUserInfo(provider, tokens.access_token, claims.sub)), ...claims };
      } catch (error) {
        return fail(classify(error), error);
      }
    },
  };
}

async function discoverProvider(config: OidcConfig): Promise<Configuration> {
  const client = await import("openid-client");
  const secret = config.oidcClientSecret;
  const authentication = secret === null ? client.None() : bySecret(client, secret);
  const issuer = new URL(config.oidcIssuer);
  return client.discovery(issuer, config.oidcClientId, {}, authentication, {
    [client.customFetch]: boundedFetch,
    timeout: TIMEOUT_SECONDS,
    execute: [
      // The ID token came over TLS, and is looked at all the same.
      client.enableNonRepudiationChecks,
      ...(issuer.protocol === "http:" ? [client.allowInsecureRequests] : []),
    ],
  });
}

/** In the way that the provider takes; what says nothing of it takes the one of the standard. */
function bySecret(client: typeof import("openid-client"), secret: string): ClientAuth {
  const [inHeader, inBody] = [client.ClientSecretBasic(secret), client.ClientSecretPost(secret)];
  return (server, ...rest) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
    const isInHeader = methods.includes("client_secret_basic") || !methods.includes("client_secret_post");
    return (isInHeader ? inHeader : inBody)(server, ...rest);
  };
}

const AWAY = new Set(["server_error", "temporarily_unavailable", "OAUTH_TIMEOUT", "OAUTH_ABORT"]);
const REFUSED = new Set([
  "access_denied",
  "consent_required",
  "interaction_required",
  "login_required",
  "account_selection_required",
  "unauthorized_client",
]);

/** A refusal is the provider's own word; what did not arrive is no answer; all else is an answer that does not fit. */
function classify(error: unknown): OidcFailure {
  const { error: word, code, cause } = error as { error?: unknown; code?: unknown; cause?: unknown };
  const isBroken = cause instanceof Response && cause.status >= 500;
  if (isBroken || AWAY.has(String(word)) || AWAY.has(String(code))) return "OIDC_PROVIDER_AWAY";
  if (REFUSED.has(String(word))) return "OIDC_REFUSED";
  // What fetch throws where nobody answers.
  return error instanceof TypeError && error.message === "fetch failed" ? "OIDC_PROVIDER_AWAY" : "OIDC_WRONG_ANSWER";
}

/** Without the codes and tokens that the library keeps beside its errors. */
function describe(error: unknown): string {
  const {
    message,
    error: word,
    error_description: said,
    cause,
  } = error as Told & { message?: unknown; cause?: unknown };
  const challenges = Array.isArray(cause) ? cause.map((one) => (one as { parameters?: Told }).parameters) : [];
  const parts = [
    message,
    word,
    said,
    ...challenges.flatMap((challenge) => [challenge?.error, challenge?.error_description]),
    cause instanceof Error ? messageOf(cause) : null,
  ];
  return parts.filter((part) => typeof part === "string").join(": ");
}

interface Told {
  readonly error?: unknown;
  readonly error_description?: unknown;
}
