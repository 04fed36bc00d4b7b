import { generateKeyPairSync } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import type Provider from "oidc-provider";

/** Somebody whom the provider knows. */
export interface Account {
  readonly sub: string;
  readonly preferred_username?: string;
  readonly email?: string;
  readonly groups?: readonly string[];
}

/** An OpenID Connect provider on this machine, at which somebody signs in without a page in between. */
export interface LocalProvider {
  readonly issuer: string;
  /** Who signs in from now on; null: they press cancel. */
  person: Account | null;
  /** What it was asked, by method and path. */
  readonly asked: string[];
  /** Answers nothing from now on, though connections are taken; `false` as before. */
  hang(isHanging: boolean): void;
  close(): Promise<void>;
}

export const CLIENT = { id: "drumline", secret: "the-secret-of-the-client-of-these-tests" } as const;

const LIVES = 600;

/** Sends people back to `redirectUri` alone. */
export async function startLocalProvider(redirectUri: string, port = 0): Promise<LocalProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const accounts = new Map<string, Account>();
  const provider = await withoutWarnings(async () => {
    const { default: LoadedProvider } = await import("oidc-provider");
    return new LoadedProvider(issuer, toConfiguration(redirectUri, accounts));
  });
  const answer = provider.callback();
  let isHanging = false;
  const local: LocalProvider = {
    issuer,
    person: null,
    asked: [],
    hang: (value) => void (isHanging = value),
    close: () => close(server),
  };
  server.on("request", (request, response) => {
    local.asked.push(`${request.method} ${request.url!.split("?", 1)[0]}`);
    if (isHanging) return;
    if (!request.url!.startsWith("/interaction/")) return answer(request, response);
    const { person } = local;
    if (person !== null) accounts.set(person.sub, person);
    const result = person === null ? { error: "access_denied" } : { login: { accountId: person.sub } };
    provider.interactionFinished(request, response, result).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  return local;
}

/** It warns of what this is for: everything it knows is in memory. */
async function withoutWarnings<Value>(make: () => Promise<Value>): Promise<Value> {
  const { warn } = console;
  console.warn = () => {};
  try {
    return await make();
  } finally {
    console.warn = warn;
  }
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

function toConfiguration(redirectUri: string, accounts: ReadonlyMap<string, Account>): object {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [redirectUri] }],
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: "test" }] },
    ttl: {
      AccessToken: LIVES,
      AuthorizationCode: LIVES,
      Grant: LIVES,
      IdToken: LIVES,
      Interaction: LIVES,
      Session: LIVES,
    },
    cookies: { keys: ["the cookies of this provider"] },
    claims: { openid: ["sub"], profile: ["preferred_username"], email: ["email"], groups: ["groups"] },
    scopes: ["openid", "profile", "email", "groups"],
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_context: unknown, id: string) => {
      const account = accounts.get(id);
      return account === undefined ? undefined : { accountId: id, claims: () => account };
    },
    // Nobody is asked whether they agree.
    loadExistingGrant: async ({ oidc }: { oidc: LoadedContext }) => {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope("openid profile email groups");
      await grant.save();
      return grant;
    },
  };
}

interface LoadedContext {
  readonly provider: Provider;
  readonly client: { readonly clientId: string };
  readonly session: { readonly accountId: string };
}

/** For who must know where it will listen before it does. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
