import { MINUTE_MS, SECOND_MS } from "@drumline/core/clock";
import { silentLog } from "@drumline/core/log";
import { createToken, loadTokens, revokeToken } from "@drumline/engine";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { ADMIN_TOKEN, type ApiUnderTest, apiUnderTest, askServer, ordinaryParts } from "../../test/api-under-test.ts";
import type { Api } from "../api.ts";
import { buildServer } from "../server.ts";
import { accessOf } from "./access.ts";
import { MissingAdminToken, requireAdminToken } from "./require-admin-token.ts";

describe("the guard", () => {
  let api: ApiUnderTest;
  let behindProxy: Api;
  const routes: { method: string; url: string; access: string }[] = [];
  const tokens = { viewer: "", operator: "", admin: "" };

  beforeAll(async () => {
    api = await apiUnderTest();
    behindProxy = await buildServer({ ...ordinaryParts, ...api, trustedProxies: ["127.0.0.0/8", "::1"] });
    for (const role of ["viewer", "operator", "admin"] as const) tokens[role] = await createToken(api.db, role, role);
    await api.app.ready();
    const { paths } = api.app.swagger();
    for (const [url, methods] of Object.entries(paths!))
      for (const [method, { security }] of Object.entries(methods as Record<string, { security?: unknown }>))
        routes.push({ method: method.toUpperCase(), url, access: security === undefined ? "public" : "guarded" });
  });
  afterAll(async () => {
    await behindProxy.close();
    await api.close();
  });

  const ask = (method: string, url: string, authorization: string | null) =>
    api.ask(url.replace("{id}", "00000000-0000-4000-8000-000000000000"), {
      method,
      anonymous: true,
      headers: authorization === null ? {} : { authorization },
    });

  // Sources of webhooks are known by their address, payment providers and SNS sign what they send, and what a link in a mail names is signed too.
  const SIGNED = [
    "/webhooks/in/{token}",
    "/webhooks/payments/{provider}",
    "/api/v1/shop/mail-reports",
    "/shop/confirm",
    "/shop/unsubscribe",
  ];
  // Whoever signs in is nobody yet.
  const SIGN_IN = new Set([
    "POST /api/v1/session",
    "POST /api/v1/session/link",
    "GET /api/v1/session/options",
    "GET /api/v1/session/oidc",
    "GET /api/v1/session/oidc/callback",
  ]);

  it("lets nobody without a token in, but to health, to what is signed and to the page that asks for one", async () => {
    const open: string[] = [];
    for (const { method, url } of routes) {
      const { status, headers } = await ask(method, url, null);
      if (status !== 401) open.push(`${method} ${url}`);
      else expect(headers["www-authenticate"]).toBe('Bearer realm="drumline"');
    }
    const isSigned = (route: string) => SIGNED.some((path) => route.endsWith(` ${path}`));
    expect(open.filter((route) => !isSigned(route) && !SIGN_IN.has(route))).toEqual([
      "GET /health/live",
      "GET /health/ready",
    ]);
    expect((await ask("HEAD", "/api/v1/schedules", null)).status).toBe(401);
    expect(
      routes
        .filter(({ access, method, url }) => access === "public" && !SIGN_IN.has(`${method} ${url}`))
        .map(({ url }) => url)
        .filter((url) => !SIGNED.includes(url)),
    ).toEqual(["/health/live", "/health/ready"]);
  });

  it.each(["viewer", "operator"] as const)("keeps a %s from what needs more, and names the role", async (role) => {
    const allowed: string[] = [];
    for (const { method, url } of routes.filter((route) => route.method !== "GET")) {
      const answer = await ask(method, url, `Bearer ${tokens[role]}`);
      if (answer.status !== 403) allowed.push(url);
      else expect(answer.json().detail).toMatch(new RegExp(`^This needs the role \\w+, and the token "${role}" has`));
    }
    const operators = ["run", "dry-run", "backfill", "pause", "resume"].map((word) => `/api/v1/schedules/{id}/${word}`);
    const windows = ["", "/{id}", "/{id}/end", "/{id}/close"].map((rest) => `/api/v1/maintenance-windows${rest}`);
    const audits = ["", "/{id}", "/apply", "/cycles/{id}/confirm"].map((rest) => `/api/v1/user-audits${rest}`);
    const oms = [
      ...["orders", "cancellation_plan", "packages/{id}/command", "transfers/{id}/command"].map(
        (rest) => `/api/v1/oms/${rest}`,
      ),
      ...["sent", "not-sent"].map((word) => `/api/v1/mails/{id}/${word}`),
      "/api/v1/problems/{id}/resolve",
      "/api/v1/bulk-actions",
      "/api/v1/bulk-actions/{id}/abort",
      "/api/v1/webhook-deliveries/{id}/replay",
      "/api/v1/webhook-requests/{id}/replay",
      "/api/v1/oms/packages/{id}/unpack",
      "/api/v1/oms/omnitron-messages/{eventId}/retry",
      "/whisperer/hooks",
      "/whisperer/hooks/{id}",
    ];
    const clients = ["/api/v1/client-records/{id}/drop", "/api/v1/client-flows/{id}/resume"];
    const shop = [
      ...["customers", "carts", "checkouts"].map((what) => `${what}/{reference}`),
      "leads/{id}/end",
      "notices/{id}/retry",
      "subscriptions",
      "orders",
      "orders/{id}/resolve",
      "payments/{id}/ask",
      "payments/{id}/refunds",
      "parcels",
      "parcels/{id}/label",
      "parcels/{id}/cancel",
      "products/{sku}",
      "products/{sku}/correct-movements",
      "movements",
      "movements/csv",
      "counts",
    ].map((rest) => `/api/v1/shop/${rest}`);
    const integration = ["tasks/retry", "tasks/skip", "tasks/delete", "transformers/test"].map(
      (rest) => `/api/v1/integration/${rest}`,
    );
    const expected =
      role === "viewer"
        ? []
        : [
            ...operators,
            ...["", "/{id}/cancel", "/{id}/retry"].map((rest) => `/api/v1/runs${rest}`),
            ...windows,
            ...audits,
            ...oms,
            ...clients,
            ...shop,
            ...integration,
          ];
    const changesNothing = "/api/v1/schedules/validate";
    // Signing in, and what everybody does to themselves alone.
    const own = ["session", "session/link", "session", "sessions/{id}", "me/password"].map((rest) => `/api/v1/${rest}`);
    expect(allowed.sort()).toEqual([...expected, ...SIGNED, ...own, changesNothing].sort());
    expect((await ask("GET", "/api/v1/schedules", `Bearer ${tokens[role]}`)).status).toBe(200);
  });

  it("takes what declares nothing for a reader's or an admin's", () => {
    expect([accessOf({}, "GET"), accessOf({}, "HEAD"), accessOf({}, "POST")]).toEqual(["viewer", "viewer", "admin"]);
  });

  it("says whose token it is", async () => {
    const me = async (token: string) => (await ask("GET", "/api/v1/me", `Bearer ${token}`)).json();
    expect(await me(tokens.operator)).toEqual({ name: "operator", role: "operator", via: "token" });
    expect(await me(ADMIN_TOKEN)).toEqual({ name: "API_ADMIN_TOKEN", role: "admin", via: "token" });
  });

  it.each([
    ["an unknown token", "Bearer drumline_nobody"],
    ["the token without its scheme", ADMIN_TOKEN],
    ["another scheme", "Basic YWRtaW46YWRtaW4="],
    ["no token behind the scheme", "Bearer "],
    ["two tokens", `Bearer ${ADMIN_TOKEN} ${ADMIN_TOKEN}`],
    ["a token that is too long", `Bearer ${"x".repeat(600)}`],
    ["a token in SQL", "Bearer ' OR 1=1 --"],
    ["part of a token", `Bearer ${ADMIN_TOKEN.slice(0, -1)}`],
  ])("refuses %s, and does not say why it is wrong", async (_what, authorization) => {
    const answer = await ask("GET", "/api/v1/schedules", authorization);
    expect(answer.status).toBe(401);
    expect(answer.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
    expect(answer.body).not.toContain(ADMIN_TOKEN);
  });

  it("refuses before it reads the body", async () => {
    const answer = await api.ask("/api/v1/schedules", {
      method: "POST",
      anonymous: true,
      headers: { "content-type": "application/json" },
      body: "x".repeat(500_000),
    });
    expect(answer.status).toBe(401);
  });

  it("keeps no token, only its hash, and notes when it was last used", async () => {
    const [row] = await api.db.apiToken.findMany({ where: { name: "viewer" } });
    expect(JSON.stringify(row)).not.toContain(tokens.viewer.slice("drumline_".length));
    expect(row!.hash).toMatch(/^[0-9a-f]{64}$/);
    await ask("GET", "/api/v1/me", `Bearer ${tokens.viewer}`);
    expect((await loadTokens(api.db)).find(({ name }) => name === "viewer")!.lastUsedAt).not.toBeNull();
  });

  it("refuses a revoked token within seconds, and frees its name", async () => {
    const secret = await createToken(api.db, "leaver", "admin");
    const status = async () => (await ask("GET", "/api/v1/me", `Bearer ${secret}`)).status;
    expect(await status()).toBe(200);
    await expect(createToken(api.db, "leaver", "viewer")).rejects.toThrow(/already; revoke it first/);
    expect(await revokeToken(api.db, "leaver")).toMatchObject({ name: "leaver" });
    expect(await revokeToken(api.db, "leaver")).toBeNull();
    api.clock.advance(6 * SECOND_MS);
    expect(await status()).toBe(401);
    await createToken(api.db, "leaver", "viewer");
  });

  it("slows an address down that guesses, and keeps no right token out, whoever guesses beside it", async () => {
    const guess = () => ask("GET", "/api/v1/me", "Bearer drumline_guess");
    api.clock.advance(2 * MINUTE_MS);
    for (let guesses = 0; guesses < 20; guesses += 1) expect((await guess()).status).toBe(401);
    const refused = await guess();
    expect([refused.status, refused.headers["retry-after"]]).toEqual([429, "60"]);
    expect(refused.json()).toMatchObject({ status: 429, code: "TOO_MANY_FAILURES" });
    for (const token of [...Object.values(tokens), ADMIN_TOKEN])
      expect((await ask("GET", "/api/v1/me", `Bearer ${token}`)).status).toBe(200);
    expect((await guess()).status).toBe(429);
    api.clock.advance(MINUTE_MS + 1);
    expect((await guess()).status).toBe(401);
  });

  const guessAs = async (client: string, forwarded: boolean) => {
    const app = forwarded ? behindProxy : api.app;
    return askServer(app, "/api/v1/me", {
      anonymous: true,
      headers: { authorization: "Bearer drumline_guess", "x-forwarded-for": client },
    });
  };

  it("counts wrong tokens by the client's address behind a proxy that is trusted", async () => {
    for (let guesses = 0; guesses < 20; guesses += 1) await guessAs("203.0.113.9", true);
    expect((await guessAs("203.0.113.9", true)).status).toBe(429);
    expect((await guessAs("198.51.100.7", true)).status).toBe(401);
    expect((await guessAs("203.0.113.9:4711", true)).status).toBe(429);
    // What a client writes itself stands left of what the proxy adds.
    expect((await guessAs("198.51.100.8, 203.0.113.9", true)).status).toBe(429);
  });

  it("believes nobody else what address they come from", async () => {
    api.clock.advance(MINUTE_MS + 1);
    for (let guesses = 0; guesses < 20; guesses += 1) await guessAs(`203.0.113.${guesses}`, false);
    expect((await guessAs("198.51.100.7", false)).status).toBe(429);
  });
});

describe("requireAdminToken", () => {
  let api: ApiUnderTest;
  beforeAll(async () => void (api = await apiUnderTest()));
  afterAll(() => api.close());

  const check = (environment: string, adminToken: string | null = null) =>
    requireAdminToken(api.db, silentLog, { environment, adminToken });

  it("is content with one of the environment or of the table, and in production with nothing less", async () => {
    await expect(check("production")).rejects.toThrow(MissingAdminToken);
    await check("development");
    await check("production", ADMIN_TOKEN);
    await createToken(api.db, "ops", "operator");
    await expect(check("production")).rejects.toThrow(/npx drumline token create/);
    await createToken(api.db, "root", "admin");
    await check("production");
    await revokeToken(api.db, "root");
    await expect(check("production")).rejects.toThrow(MissingAdminToken);
  });
});
