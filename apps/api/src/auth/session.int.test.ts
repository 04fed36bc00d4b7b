import { DAY_MS, HOUR_MS, MINUTE_MS } from "@drumline/core/clock";
import { createSignInLink, loadUser, updateUser } from "@drumline/engine";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { askServer } from "../../test/api-under-test.ts";
import {
  cookieOf,
  PASSWORD,
  SAME_ORIGIN,
  type SignInUnderTest,
  signInUnderTest,
} from "../../test/sign-in-under-test.ts";

const OTHER_PASSWORD = "a lamp, a ladder and a hat";

describe("somebody who is signed in", () => {
  let api: SignInUnderTest;
  beforeAll(async () => void (api = await signInUnderTest()));
  beforeEach(() => api.forgetTries());
  afterAll(() => api.close());

  describe("a session", () => {
    it("is a new one at each sign-in, and the one before in the same browser is over", async () => {
      const first = await api.cookieFor("ada");
      const second = cookieOf(await api.signIn("ada", PASSWORD, { cookie: first, ...SAME_ORIGIN }));
      expect(second).not.toBe(first);
      expect([await api.me(first), await api.me(second)]).toEqual([401, 200]);
    });

    it("ends after twelve hours without a request, and after seven days however busy it is", async () => {
      const cookie = await api.cookieFor("ada");
      api.clock.advance(12 * HOUR_MS - 1);
      expect(await api.me(cookie)).toBe(200);
      api.clock.advance(12 * HOUR_MS);
      expect(await api.me(cookie)).toBe(401);
      const busy = await api.cookieFor("ada");
      for (let hours = 0; hours < 7 * 24 - 8; hours += 8) {
        api.clock.advance(8 * HOUR_MS);
        expect(await api.me(busy)).toBe(200);
      }
      api.clock.advance(8 * HOUR_MS);
      expect(await api.me(busy)).toBe(401);
    });

    it("ends after twelve hours in which an open page asked by itself alone", async () => {
      const cookie = await api.cookieFor("ada");
      const byItself = async () =>
        (await api.askWith(cookie, "/api/v1/me", { headers: { "drumline-unattended": "true" } })).status;
      for (const hours of [6, 5]) {
        api.clock.advance(hours * HOUR_MS);
        expect(await byItself()).toBe(200);
      }
      api.clock.advance(HOUR_MS);
      expect([await byItself(), await api.me(cookie)]).toEqual([401, 401]);
    });

    it("ends at once when its owner signs out, and the browser drops its cookie", async () => {
      const cookie = await api.cookieFor("ada");
      const out = await api.askWith(cookie, "/api/v1/session", { method: "DELETE", headers: SAME_ORIGIN });
      expect([out.status, out.headers["set-cookie"]]).toEqual([
        204,
        "drumline=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax",
      ]);
      expect(await api.me(cookie)).toBe(401);
      expect((await api.send("DELETE", "/api/v1/session")).json()).toMatchObject({ status: 409, code: "NO_SESSION" });
    });

    it("is shown to its owner and to admins, and ended by them alone", async () => {
      const [ada, otto] = [await api.cookieFor("ada"), await api.cookieFor("otto")];
      const list = async (cookie: string, query = "") =>
        (await api.askWith(cookie, `/api/v1/sessions${query}`)).json().items as {
          id: string;
          name: string;
          isCurrent: boolean;
        }[];
      expect(new Set((await list(otto)).map(({ name }) => name))).toEqual(new Set(["otto"]));
      expect((await list(otto)).filter(({ isCurrent }) => isCurrent)).toHaveLength(1);
      const all = await list(ada);
      expect(all.map(({ name }) => name)).toEqual(expect.arrayContaining(["ada", "otto"]));
      expect(new Set((await list(ada, "?mine=true")).map(({ name }) => name))).toEqual(new Set(["ada"]));
      const { id: adas } = all.find(({ name, isCurrent }) => name === "ada" && isCurrent)!;
      const { id: ottos } = (await list(otto)).find(({ isCurrent }) => isCurrent)!;
      const adaId = (await api.userOf("ada")).id;
      expect((await api.askWith(otto, `/api/v1/sessions?userId=${adaId}`)).status).toBe(403);
      const end = async (cookie: string, id: string) =>
        (await api.askWith(cookie, `/api/v1/sessions/${id}`, { method: "DELETE", headers: SAME_ORIGIN })).status;
      expect(await end(otto, adas)).toBe(404);
      expect(await api.me(ada)).toBe(200);
      expect([await end(ada, ottos), await api.me(otto), await end(ada, ottos)]).toEqual([204, 401, 404]);
    });

    it("has the role its user has now, and ends when they are disabled", async () => {
      const { id } = await api.makeUser("mover", "viewer");
      const cookie = await api.cookieFor("mover");
      const users = async () => (await api.askWith(cookie, "/api/v1/users")).status;
      expect(await users()).toBe(403);
      await updateUser(api.context(), id, { role: "admin" });
      expect(await users()).toBe(200);
      await updateUser(api.context(), id, { disabled: true });
      expect(await users()).toBe(401);
      await updateUser(api.context(), id, { disabled: false });
      expect(await users()).toBe(401);
    });

    it("is worth nothing in another cookie, in part, or after seven days in the table", async () => {
      const cookie = await api.cookieFor("ada");
      const [, secret] = cookie.split("=");
      expect(await api.me(`__Host-drumline=${secret}`)).toBe(401);
      expect(await api.me(`drumline=${secret!.slice(0, -1)}`)).toBe(401);
      expect(await api.me(`other=1; ${cookie}; drumline=x`)).toBe(200);
      api.clock.advance(7 * DAY_MS);
      expect(await api.me(cookie)).toBe(401);
    });
  });

  describe("a password of one's own", () => {
    const choose = (cookie: string, body: object) =>
      api.askWith(cookie, "/api/v1/me/password", {
        method: "PUT",
        headers: { "content-type": "application/json", ...SAME_ORIGIN },
        body: JSON.stringify(body),
      });

    it("is chosen with the one before it, and ends every other session", async () => {
      await api.makeUser("pia", "viewer");
      const [here, there] = [await api.cookieFor("pia"), await api.cookieFor("pia")];
      expect((await choose(here, { password: OTHER_PASSWORD })).status).toBe(422);
      expect((await choose(here, { password: OTHER_PASSWORD, currentPassword: "wrong" })).status).toBe(422);
      expect((await choose(here, { password: OTHER_PASSWORD, currentPassword: PASSWORD })).status).toBe(204);
      expect([await api.me(here), await api.me(there)]).toEqual([200, 401]);
      expect([(await api.signIn("pia")).status, (await api.signIn("pia", OTHER_PASSWORD)).status]).toEqual([401, 200]);
    });

    it("is chosen without it within 15 minutes of a link", async () => {
      const user = await api.makeUser("lena", "viewer");
      const { token } = await createSignInLink(api.db, user, { by: "test", remoteAddr: null, now: api.clock.now() });
      const cookie = cookieOf(await api.post("/api/v1/session/link", { token }));
      expect((await choose(cookie, { password: "short" })).json().errors).toEqual([
        { where: "body.password", problem: expect.stringContaining("12 to 200 characters; this one has 5") },
      ]);
      expect((await choose(cookie, { password: OTHER_PASSWORD })).status).toBe(204);
      api.clock.advance(15 * MINUTE_MS);
      expect((await choose(cookie, { password: PASSWORD })).status).toBe(422);
    });
  });

  describe("over the network", () => {
    const proxied = {
      "x-forwarded-for": "198.51.100.7",
      "x-forwarded-proto": "https",
      "x-forwarded-host": "ops.example.com",
    };

    it("sets a cookie for HTTPS alone where a trusted proxy says that it is HTTPS", async () => {
      const answer = await api.signIn("ada", PASSWORD, proxied, api.behindProxy);
      expect(answer.headers["set-cookie"]).toMatch(
        /^__Host-drumline=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure$/,
      );
      const asked = (headers: Record<string, string>) =>
        askServer(api.behindProxy, "/api/v1/me", {
          anonymous: true,
          headers: { cookie: cookieOf(answer), ...headers },
        });
      expect((await asked(proxied)).status).toBe(200);
      expect((await asked({})).status).toBe(401);
    });

    it.each([
      ["a proxy that nobody trusts", () => api.app, { ...proxied }],
      [
        "plain HTTP from elsewhere, by a trusted proxy",
        () => api.behindProxy,
        { ...proxied, "x-forwarded-proto": "http" },
      ],
    ])("refuses %s, and says the cure", async (_what, app, headers) => {
      const answer = await api.signIn("ada", PASSWORD, headers, app());
      expect([answer.status, answer.json().code]).toEqual([403, "INSECURE_CONNECTION"]);
      expect(answer.json().detail).toMatch(/Come over HTTPS; .* API_TRUSTED_PROXIES/);
      expect(answer.headers["set-cookie"]).toBeUndefined();
    });
  });

  describe("what another site makes a browser send", () => {
    const create = (cookie: string, headers: Record<string, string>) =>
      api.askWith(cookie, "/api/v1/users", {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify({ name: "planted", role: "admin" }),
      });
    const here = () => {
      const { port } = api.app.server.address() as { port: number };
      return `http://127.0.0.1:${port}`;
    };

    it.each([
      ["another site", { "sec-fetch-site": "cross-site" }],
      ["another host of the same site", { "sec-fetch-site": "same-site" }],
      ["another origin, in a browser that says no more", { origin: "https://evil.example" }],
      ["no origin at all", {}],
      ["a frame without an origin", { origin: "null" }],
      ["another port", { origin: "http://127.0.0.1:1" }],
    ])("changes nothing: %s", async (_what, headers) => {
      const refused = await create(await api.cookieFor("ada"), headers);
      expect([refused.status, refused.json().code]).toEqual([403, "CROSS_SITE"]);
      expect(await loadUser(api.db, "planted")).toBeNull();
    });

    it("is told from what our own page sends, with Sec-Fetch-Site or by its origin", async () => {
      const cookie = await api.cookieFor("ada");
      expect((await create(cookie, { "sec-fetch-site": "same-origin", origin: here() })).status).toBe(201);
      expect((await create(cookie, { origin: here() })).status).toBe(409);
    });

    it("cannot be a form, even of the same origin", async () => {
      const cookie = await api.cookieFor("ada");
      const refused = await create(cookie, { ...SAME_ORIGIN, "content-type": "text/plain" });
      expect([refused.status, refused.json().detail]).toEqual([415, expect.stringContaining("application/json")]);
    });

    it("is read as before, and a token is asked nothing of this", async () => {
      const cookie = await api.cookieFor("ada");
      expect((await api.askWith(cookie, "/api/v1/users", { headers: { "sec-fetch-site": "cross-site" } })).status).toBe(
        200,
      );
      const answer = await api.ask("/api/v1/users", {
        method: "POST",
        headers: { "content-type": "application/json", "sec-fetch-site": "cross-site" },
        body: JSON.stringify({ name: "by token" }),
      });
      expect(answer.status).toBe(201);
    });

    it("signs nobody in", async () => {
      const refused = await api.signIn("ada", PASSWORD, { "sec-fetch-site": "cross-site" });
      expect([refused.status, refused.headers["set-cookie"]]).toEqual([403, undefined]);
    });
  });
});
