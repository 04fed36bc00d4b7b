import type { AddressInfo } from "node:net";

import { MINUTE_MS } from "@drumline/core/clock";
import { silentLog } from "@drumline/core/log";
import { createToken, loadUser, updateUser } from "@drumline/engine";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { askServer } from "../../../test/api-under-test.ts";
import { findFreePort, type LocalProvider, startLocalProvider } from "../../../test/local-provider.ts";
import { GOES, type OidcUnderTest, oidcUnderTest } from "../../../test/oidc-under-test.ts";
import type { SignInUnderTest } from "../../../test/sign-in-under-test.ts";
import { TestBrowser } from "../../../test/test-browser.ts";
import { createOidc } from "./provider.ts";
import { CALLBACK } from "./settings.ts";

describe("signing in at a provider", () => {
  let test: OidcUnderTest;
  let api: SignInUnderTest;
  let provider: LocalProvider;
  let base = "";
  beforeAll(async () => {
    test = await oidcUnderTest();
    ({ api, provider, base } = test);
  });
  beforeEach(() => {
    api.forgetTries();
    provider.hang(false);
    provider.asked.length = 0;
  });
  afterAll(() => test.close());

  const signInAs: OidcUnderTest["signInAs"] = (...given) => test.signInAs(...given);
  const who = (browser: TestBrowser) => test.who(browser);
  const ask = (path: string) => askServer(test.app, path, { anonymous: true });
  const failedOf = ({ pathname, searchParams }: URL) => [pathname, searchParams.get("failed")];
  const isCallback = ({ pathname }: URL) => pathname === CALLBACK;
  const lastEvent = async (kind: string) => {
    const [event] = await api.db.securityEvent.findMany({ where: { kind }, orderBy: { id: "desc" }, take: 1 });
    return event;
  };

  it("makes a user of whoever comes for the first time, with the role of their groups, and leads where they wanted to go", async () => {
    const { browser, end } = await signInAs({
      sub: "u-1",
      preferred_username: "grace",
      email: "grace@example.com",
      groups: ["staff", "operators"],
    });
    expect(end.href).toBe(`${base}/runs?status=FAILED`);
    expect(await who(browser)).toEqual({ name: "grace", role: "operator", via: "session" });
    expect(await loadUser(api.db, "grace")).toMatchObject({
      email: "grace@example.com",
      hasPassword: false,
      issuer: provider.issuer,
    });
    expect(await lastEvent("USER_CREATED")).toMatchObject({ subject: "grace", detail: { role: "operator" } });
    expect(await lastEvent("SIGN_IN")).toMatchObject({ actor: "grace", detail: { method: "OIDC" } });
    expect(await api.db.providerSignIn.count()).toBe(0);
    expect(browser.cookie(base, "drumline-oidc")).toBeUndefined();
  });

  it("keeps the cookie of the way there from scripts, from other sites' forms and beyond ten minutes", async () => {
    const answer = await new TestBrowser().open(base + GOES);
    expect(answer.status).toBe(302);
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^drumline-oidc=[\w-]{43}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/),
    ]);
    const to = new URL(answer.headers.get("location")!);
    expect(Object.fromEntries(to.searchParams)).toMatchObject({
      response_type: "code",
      code_challenge_method: "S256",
      redirect_uri: base + CALLBACK,
      scope: "openid profile email groups",
    });
    const [kept] = await api.db.providerSignIn.findMany();
    expect(JSON.stringify(kept)).not.toContain(to.searchParams.get("state"));
  });

  it("finds the user again by issuer and subject, and follows the role and the address", async () => {
    await signInAs({ sub: "u-2", preferred_username: "linus", groups: ["operators"] });
    const { browser } = await signInAs({
      sub: "u-2",
      preferred_username: "somebody else now",
      email: "linus@example.com",
      groups: ["admins"],
    });
    expect(await who(browser)).toEqual({ name: "linus", role: "admin", via: "session" });
    expect(await loadUser(api.db, "linus")).toMatchObject({ email: "linus@example.com", role: "admin" });
    expect(await lastEvent("USER_CHANGED")).toMatchObject({
      subject: "linus",
      detail: { role: ["operator", "admin"], email: "changed" },
    });
    expect(await loadUser(api.db, "somebody else now")).toBeNull();
  });

  it("takes nobody for a user who was made here, nor for a token, whatever they are called there", async () => {
    await createToken(api.db, "deploy", "admin");
    for (const [sub, name, expected] of [
      ["thief-1", "ADA", "ADA-2"],
      ["thief-2", "deploy", "deploy-2"],
      ["thief-3", "API_ADMIN_TOKEN", "user thief-3"],
      ["thief-4", "<b>x", "b-x"],
      ["thief-5", "no\u0000name", "user thief-5"],
    ]) {
      const { browser } = await signInAs({ sub: sub!, preferred_username: name!, groups: ["operators"] });
      expect(await who(browser)).toMatchObject({ name: expected, role: "operator" });
    }
    expect(await loadUser(api.db, "ada")).toMatchObject({ role: "admin", issuer: null, hasPassword: true });
  });

  it("makes one user of somebody who comes for the first time in two windows at once", async () => {
    provider.person = { sub: "u-twice", preferred_username: "twice", groups: ["operators"] };
    const browsers = [new TestBrowser(), new TestBrowser(), new TestBrowser()];
    const callbacks = await Promise.all(browsers.map((browser) => browser.follow(base + GOES, isCallback)));
    await Promise.all(browsers.map((browser, at) => browser.open(callbacks[at]!.href)));
    for (const browser of browsers) expect(await who(browser)).toMatchObject({ name: "twice" });
    expect(await api.db.apiUser.count({ where: { subject: "u-twice" } })).toBe(1);
  });

  it("lets somebody without a role not in, and signs them out everywhere once they have none any more", async () => {
    const { end } = await signInAs({ sub: "u-3", preferred_username: "nemo", groups: ["staff"] });
    expect(failedOf(end)).toEqual(["/sign-in", "OIDC_NO_ROLE"]);
    expect(end.searchParams.get("to")).toBeNull();
    expect(await loadUser(api.db, "nemo")).toBeNull();
    expect(await lastEvent("SIGN_IN_FAILED")).toMatchObject({ detail: { method: "OIDC", code: "OIDC_NO_ROLE" } });
    const { browser } = await signInAs({ sub: "u-4", preferred_username: "left", groups: ["operators"] });
    expect(await who(browser)).toMatchObject({ role: "operator" });
    expect(failedOf((await signInAs({ sub: "u-4", preferred_username: "left" })).end)[1]).toBe("OIDC_NO_ROLE");
    expect(await who(browser)).toBe(401);
    expect(await lastEvent("SIGN_IN_FAILED")).toMatchObject({ subject: "left" });
  });

  it("refuses a user who is disabled here, and says so", async () => {
    await signInAs({ sub: "u-5", preferred_username: "away", groups: ["operators"] });
    const { id } = (await loadUser(api.db, "away"))!;
    await updateUser(api.context(), id, { disabled: true });
    const { browser, end } = await signInAs({ sub: "u-5", preferred_username: "away", groups: ["admins"] });
    expect([failedOf(end)[1], await who(browser)]).toEqual(["OIDC_DISABLED", 401]);
    expect(await loadUser(api.db, "away")).toMatchObject({ role: "operator" });
    expect((await ask("/api/v1/session/options?failed=OIDC_DISABLED")).json().failure).toMatch(/disabled here/);
  });

  it("takes a return once, in the browser that began it, with the state it began with, within ten minutes", async () => {
    provider.person = { sub: "u-6", preferred_username: "mia", groups: ["operators"] };
    const browser = new TestBrowser();
    const callback = await browser.follow(base + GOES, isCallback);
    const elsewhere = new TestBrowser();
    await elsewhere.open(base + GOES);
    expect(failedOf(await elsewhere.follow(callback.href))[1]).toBe("OIDC_NOT_BEGUN");
    const otherState = new URL(callback);
    otherState.searchParams.set("state", "another");
    expect(failedOf(await browser.follow(otherState.href))[1]).toBe("OIDC_NOT_BEGUN");
    expect((await browser.follow(callback.href)).href).toBe(`${base}/`);
    expect(await who(browser)).toMatchObject({ name: "mia" });
    const again = new TestBrowser();
    expect(failedOf(await again.follow(callback.href))[1]).toBe("OIDC_NOT_BEGUN");
    const late = new TestBrowser();
    const lateCallback = await late.follow(base + GOES, isCallback);
    api.clock.advance(10 * MINUTE_MS);
    expect(failedOf(await late.follow(lateCallback.href))[1]).toBe("OIDC_NOT_BEGUN");
    expect(await who(late)).toBe(401);
  });

  it("refuses a code that was used before, or is another sign-in's", async () => {
    provider.person = { sub: "u-7", preferred_username: "noa", groups: ["operators"] };
    const first = new TestBrowser();
    const used = await first.follow(base + GOES, isCallback);
    await first.open(used.href);
    const second = new TestBrowser();
    const callback = await second.follow(base + GOES, isCallback);
    callback.searchParams.set("code", used.searchParams.get("code")!);
    expect(failedOf(await second.follow(callback.href))[1]).toBe("OIDC_WRONG_ANSWER");
    const [third, fourth] = [new TestBrowser(), new TestBrowser()];
    const [mine, theirs] = [await third.follow(base + GOES, isCallback), await fourth.follow(base + GOES, isCallback)];
    mine.searchParams.set("code", theirs.searchParams.get("code")!);
    expect(failedOf(await third.follow(mine.href))[1]).toBe("OIDC_WRONG_ANSWER");
    expect([await who(second), await who(third)]).toEqual([401, 401]);
  });

  it("tells who cancels at the provider that nobody was signed in", async () => {
    const { end, browser } = await signInAs(null);
    expect([failedOf(end)[1], await who(browser)]).toEqual(["OIDC_REFUSED", 401]);
  });

  it.each([
    ["https://evil.example/", "/"],
    ["//evil.example", "/"],
    ["/\\evil.example", "/"],
    ["/./\\evil.example", "/"],
    ["/.//evil.example", "/"],
    ["\\\\evil.example", "/"],
    ["javascript:alert(1)", "/"],
    ["@evil.example", "/"],
    ["/\t/evil.example", "/"],
    ["/runs/../../schedules", "/schedules"],
    ["/orders/ä?q=a%26b#x", "/orders/%C3%A4?q=a%26b"],
  ])("leads back to a page of its own and nowhere else: %s", async (to, expected) => {
    const { end } = await signInAs({ sub: "u-8", preferred_username: "lea", groups: ["operators"] }, undefined, to);
    expect(end.href).toBe(base + expected);
  });

  it("ends the session that the browser had before", async () => {
    const { browser } = await signInAs({ sub: "u-9", preferred_username: "one", groups: ["operators"] });
    const before = browser.cookie(base, "drumline")!;
    await signInAs({ sub: "u-9", preferred_username: "one", groups: ["operators"] }, browser);
    expect(browser.cookie(base, "drumline")).not.toBe(before);
    expect(await api.me(`drumline=${before}`)).toBe(401);
  });

  it("slows an address down that begins one after the other, or comes back with what nobody began", async () => {
    for (let times = 0; times < 60; times += 1) await new TestBrowser().open(base + GOES);
    expect(failedOf(await new TestBrowser().follow(base + GOES))[1]).toBe("TOO_MANY_FAILURES");
    for (let times = 0; times < 20; times += 1) await ask(`${CALLBACK}?state=made-up&code=x`);
    const last = await fetch(`${base}${CALLBACK}?state=made-up&code=x`, { redirect: "manual" });
    expect(failedOf(new URL(last.headers.get("location")!))[1]).toBe("TOO_MANY_FAILURES");
  });

  it("stands on the sign-in page where it is set, and only there", async () => {
    expect((await ask("/api/v1/session/options")).json()).toEqual({
      provider: { label: "Sign in with the shop's account", url: base + GOES },
      failure: null,
    });
    expect((await ask("/api/v1/session/options?failed=WRITTEN_BY_OTHERS")).json().failure).toBeNull();
    const without = await test.build(null);
    const asked = async (path: string) => askServer(without, path, { anonymous: true });
    expect((await asked("/api/v1/session/options")).json()).toEqual({ provider: null, failure: null });
    expect([(await asked(GOES)).status, (await asked(`${CALLBACK}?state=x`)).json().code]).toEqual([
      404,
      "NO_PROVIDER",
    ]);
  });

  it("is not begun over plain HTTP from elsewhere", async () => {
    const answer = await fetch(base + GOES, { redirect: "manual", headers: { "x-forwarded-for": "198.51.100.7" } });
    expect(failedOf(new URL(answer.headers.get("location")!))[1]).toBe("INSECURE_CONNECTION");
  });

  it("asks the provider nothing before somebody signs in, and once for many", async () => {
    const fresh = await test.build(test.config);
    await askServer(fresh, "/api/v1/session/options", { anonymous: true });
    expect(provider.asked).toEqual([]);
    // The cookie of each is its own, but all begin at the same address.
    await fresh.listen({ host: "127.0.0.1", port: 0 }).catch(() => undefined);
    const { port } = fresh.server.address() as AddressInfo;
    await Promise.all([1, 2, 3].map(() => new TestBrowser().open(`http://127.0.0.1:${port}${GOES}`)));
    expect(provider.asked.filter((one) => one.endsWith("openid-configuration"))).toHaveLength(1);
  });

  it("tells that the provider is away, lets passwords in meanwhile, and goes on once it is back", async () => {
    const port = await findFreePort();
    const away = await test.build({ ...test.config, oidcIssuer: `http://127.0.0.1:${port}` });
    const begin = async () => {
      const answer = await askServer(away, GOES, { anonymous: true, redirect: "manual" });
      return new URL(answer.headers["location"]!).searchParams.get("failed");
    };
    expect(await begin()).toBe("OIDC_PROVIDER_AWAY");
    expect((await api.signIn("ada", undefined, {}, away)).status).toBe(200);
    expect((await ask("/api/v1/session/options?failed=OIDC_PROVIDER_AWAY")).json().failure).toMatch(/Try again/);
    const returned = await startLocalProvider(base + CALLBACK, port);
    expect(await begin()).toBeNull();
    await returned.close();
  });

  it("waits for a provider that takes connections and answers nothing only for a while, and holds nobody else up", async () => {
    const slow = await test.build(test.config);
    provider.hang(true);
    const begun = askServer(slow, GOES, { anonymous: true, redirect: "manual" });
    expect((await api.signIn("ada", undefined, {}, slow)).status).toBe(200);
    expect(new URL((await begun).headers["location"]!).searchParams.get("failed")).toBe("OIDC_PROVIDER_AWAY");
  });

  it("writes into its log why, and neither codes nor secrets", async () => {
    const lines: string[] = [];
    const log = { ...silentLog, warn: (fields: object, text: string) => lines.push(JSON.stringify([text, fields])) };
    const oidc = createOidc({ ...test.config, oidcClientSecret: "not-the-secret-of-it" }, { clock: api.clock, log });
    provider.person = { sub: "u-10", preferred_username: "sol", groups: ["operators"] };
    const begun = await oidc!.provider.begin();
    const callback = await new TestBrowser().follow(begun.url, isCallback);
    await expect(oidc!.provider.finish(callback.search.slice(1), begun)).rejects.toThrow(/cannot be relied on/);
    const written = lines.join("");
    expect(written).toContain("invalid_client");
    for (const secret of ["not-the-secret", callback.searchParams.get("code")!, begun.codeVerifier, begun.nonce])
      expect(written).not.toContain(secret);
  });
});
