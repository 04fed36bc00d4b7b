import { MINUTE_MS } from "@drumline/core/clock";
import { createPasswords, createUser, loadUser, type Role, type UserRow } from "@drumline/engine";

import type { Api, ApiParts } from "../src/api.ts";
import { buildServer } from "../src/server.ts";
import {
  type Answer,
  type ApiUnderTest,
  apiUnderTest,
  type AskInit,
  askServer,
  ordinaryParts,
} from "./api-under-test.ts";

export const PASSWORD = "seven gulls over the quay";
export const SAME_ORIGIN = { "sec-fetch-site": "same-origin" } as const;

/** The api with ada (admin), otto (operator) and vera (viewer), who have the password `PASSWORD`. */
export interface SignInUnderTest extends ApiUnderTest {
  /** The same api as a trusted proxy on this machine reaches it. */
  readonly behindProxy: Api;
  /** Who does what a test does to users. */
  context(): Parameters<typeof createUser>[0];
  makeUser(name: string, role: Role): Promise<UserRow>;
  userOf(name: string): Promise<UserRow>;
  post(path: string, body: unknown, headers?: Record<string, string>, app?: Api): Promise<Answer>;
  signIn(name: string, password?: string, headers?: Record<string, string>, app?: Api): Promise<Answer>;
  /** Signs in, and answers the cookie that a browser sends from then on. */
  cookieFor(name: string): Promise<string>;
  askWith(cookie: string, path: string, init?: AskInit): Promise<Answer>;
  /** The status of asking who one is. */
  me(cookie: string): Promise<number>;
  /** No tries are counted any more. */
  forgetTries(): void;
}

export async function signInUnderTest(parts: Partial<ApiParts> = {}): Promise<SignInUnderTest> {
  const api = await apiUnderTest(parts);
  const { db, clock } = api;
  const behindProxy = await buildServer({ ...ordinaryParts, ...api, ...parts, trustedProxies: ["127.0.0.1", "::1"] });
  const passwords = createPasswords();
  const context = () => ({ db, passwords, now: clock.now(), by: "test", remoteAddr: null });
  const makeUser = (name: string, role: Role) => createUser(context(), { name, role, password: PASSWORD });
  const post: SignInUnderTest["post"] = (path, body, headers = {}, app = api.app) =>
    askServer(app, path, {
      method: "POST",
      anonymous: true,
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  const signIn: SignInUnderTest["signIn"] = (name, password = PASSWORD, headers = {}, app = api.app) =>
    post("/api/v1/session", { name, password }, headers, app);
  const askWith: SignInUnderTest["askWith"] = (cookie, path, { headers, ...init } = {}) =>
    askServer(api.app, path, { anonymous: true, ...init, headers: { cookie, ...headers } });
  await makeUser("ada", "admin");
  await makeUser("otto", "operator");
  await makeUser("vera", "viewer");
  return {
    ...api,
    behindProxy,
    context,
    makeUser,
    userOf: async (name) => (await loadUser(db, name))!,
    post,
    signIn,
    cookieFor: async (name) => cookieOf(await signIn(name)),
    askWith,
    me: async (cookie) => (await askWith(cookie, "/api/v1/me")).status,
    forgetTries: () => clock.advance(2 * MINUTE_MS),
    close: async () => {
      await behindProxy.close();
      await api.close();
    },
  };
}

/** What a browser sends back of what an answer sets. */
export const cookieOf = (answer: Answer): string => answer.headers["set-cookie"]!.split(";", 1)[0]!;
