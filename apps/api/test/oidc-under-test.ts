import { silentLog } from "@drumline/core/log";

import type { Api } from "../src/api.ts";
import { createOidc } from "../src/auth/oidc/provider.ts";
import { CALLBACK, type OidcConfig } from "../src/auth/oidc/settings.ts";
import { buildServer } from "../src/server.ts";
import { ordinaryParts } from "./api-under-test.ts";
import { CLIENT, findFreePort, type LocalProvider, startLocalProvider } from "./local-provider.ts";
import { type SignInUnderTest, signInUnderTest } from "./sign-in-under-test.ts";
import { TestBrowser } from "./test-browser.ts";

/** Where a browser is sent to the provider. */
export const GOES = "/api/v1/session/oidc";

/** An api whose people may sign in at a provider on this machine: of its groups, admins and operators are so here. */
export interface OidcUnderTest {
  readonly api: SignInUnderTest;
  readonly provider: LocalProvider;
  readonly app: Api;
  /** Where it is open to browsers. */
  readonly base: string;
  readonly config: OidcConfig;
  /** Another one on the same database. */
  build(config: OidcConfig | null): Promise<Api>;
  signInAs(
    person: LocalProvider["person"],
    browser?: TestBrowser,
    to?: string,
  ): Promise<{ readonly browser: TestBrowser; readonly end: URL }>;
  /** Who a browser is signed in as, or the status that says nobody. */
  who(browser: TestBrowser): Promise<unknown>;
  close(): Promise<void>;
}

export async function oidcUnderTest(): Promise<OidcUnderTest> {
  const api = await signInUnderTest();
  const port = await findFreePort();
  const base = `http://127.0.0.1:${port}`;
  const provider = await startLocalProvider(base + CALLBACK);
  const config: OidcConfig = {
    oidcIssuer: provider.issuer,
    oidcClientId: CLIENT.id,
    oidcClientSecret: CLIENT.secret,
    oidcDashboardUrl: base,
    oidcScopes: "openid profile email groups",
    oidcLabel: "Sign in with the shop's account",
    oidcRoleClaim: "groups",
    oidcAdminGroups: ["admins"],
    oidcOperatorGroups: ["operators"],
    oidcViewerGroups: [],
    oidcDefaultRole: "none",
  };
  const opened: Api[] = [];
  const build = async (of: OidcConfig | null) => {
    const oidc = createOidc(of, { clock: api.clock, log: silentLog });
    const built = await buildServer({ ...ordinaryParts, ...api, oidc });
    opened.push(built);
    return built;
  };
  const app = await build(config);
  await app.listen({ host: "127.0.0.1", port });
  const isPage = ({ origin, pathname }: URL) => origin === base && !pathname.startsWith("/api/");
  return {
    api,
    provider,
    app,
    base,
    config,
    build,
    signInAs: async (person, browser = new TestBrowser(), to = "/runs?status=FAILED") => {
      provider.person = person;
      return { browser, end: await browser.follow(`${base}${GOES}?to=${encodeURIComponent(to)}`, isPage) };
    },
    who: async (browser) => {
      const answer = await browser.open(`${base}/api/v1/me`);
      return answer.status === 200 ? answer.json() : answer.status;
    },
    close: async () => {
      await Promise.all(opened.map((one) => one.close()));
      await provider.close();
      await api.close();
    },
  };
}
