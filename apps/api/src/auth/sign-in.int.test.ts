import { MINUTE_MS } from "@drumline/core/clock";
import { createPasswords, createSignInLink, createUser, updateUser } from "@drumline/engine";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { askServer, ordinaryParts } from "../../test/api-under-test.ts";
import { cookieOf, PASSWORD, type SignInUnderTest, signInUnderTest } from "../../test/sign-in-under-test.ts";
import { buildServer } from "../server.ts";

describe("signing in", () => {
  let api: SignInUnderTest;
  beforeAll(async () => void (api = await signInUnderTest()));
  beforeEach(() => api.forgetTries());
  afterAll(() => api.close());

  describe("by a password", () => {
    it("gives a browser a cookie that no script reads, and answers who they are", async () => {
      const answer = await api.signIn("Otto");
      expect([answer.status, answer.json()]).toEqual([200, { name: "otto", role: "operator", via: "session" }]);
      expect(answer.headers["set-cookie"]).toMatch(
        /^drumline=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Lax$/,
      );
      const asked = await api.askWith(cookieOf(answer), "/api/v1/me");
      expect([asked.status, asked.json()]).toEqual([200, { name: "otto", role: "operator", via: "session" }]);
    });

    it("keeps neither the password nor the cookie, and notes the sign-in without them", async () => {
      const cookie = cookieOf(await api.signIn("ada", PASSWORD, { "user-agent": "Firefox" }));
      const tables = await Promise.all([
        api.db.apiUser.findMany(),
        api.db.apiSession.findMany(),
        api.db.securityEvent.findMany({ orderBy: { id: "desc" }, take: 5 }),
      ]);
      const kept = JSON.stringify(tables, (_name, value) => (typeof value === "bigint" ? String(value) : value));
      expect(kept).not.toContain(PASSWORD);
      expect(kept).not.toContain(cookie.split("=")[1]);
      expect(tables[0].every(({ passwordHash }) => passwordHash!.startsWith("$argon2id$v=19$m=19456,t=2,p=1$"))).toBe(
        true,
      );
      expect(tables[2][0]).toMatchObject({ kind: "SIGN_IN", actor: "ada", detail: { method: "PASSWORD" } });
      expect(tables[1].at(-1)).toMatchObject({ userAgent: "Firefox", method: "PASSWORD" });
    });

    it("answers an unknown name, a wrong password, a disabled user and one without a password alike", async () => {
      await createUser(api.context(), { name: "links only", role: "viewer" });
      const gone = await api.makeUser("gone", "viewer");
      await updateUser(api.context(), gone.id, { disabled: true });
      const answers = [
        await api.signIn("nobody"),
        await api.signIn("ada", "not the password"),
        await api.signIn("gone"),
        await api.signIn("links only"),
      ];
      for (const { status, body, headers } of answers) {
        expect([status, body]).toEqual([401, answers[0]!.body]);
        expect(headers["set-cookie"]).toBeUndefined();
      }
    });

    it("looks at a password for an unknown name as for a known one, which takes the time it takes", async () => {
      const passwords = createPasswords();
      const compared: (string | null)[] = [];
      const isRight: typeof passwords.isRight = (hash, password) => {
        compared.push(hash === null ? null : hash.slice(0, 9));
        return passwords.isRight(hash, password);
      };
      const app = await buildServer({ ...ordinaryParts, ...api, passwords: { ...passwords, isRight } });
      for (const name of ["nobody", "vera"]) await api.signIn(name, "not the password", {}, app);
      await app.close();
      expect(compared).toEqual([null, "$argon2id"]);
    });

    it("stops at five wrong tries for one name, known or not, and goes on a minute later", async () => {
      for (const name of ["vera", "nobody"]) {
        for (let tries = 0; tries < 5; tries += 1) expect((await api.signIn(name, "wrong password")).status).toBe(401);
        const blocked = await api.signIn(name);
        expect([blocked.status, blocked.headers["retry-after"], blocked.json().code]).toEqual([
          429,
          "60",
          "TOO_MANY_FAILURES",
        ]);
      }
      const [event] = await api.db.securityEvent.findMany({
        where: { kind: "SIGN_INS_BLOCKED" },
        orderBy: { id: "desc" },
      });
      expect(event).toMatchObject({ subject: "vera", detail: { of: "account" } });
      api.clock.advance(MINUTE_MS + 1);
      expect((await api.signIn("vera")).status).toBe(200);
    });

    it("counts no right password as a try", async () => {
      for (let times = 0; times < 8; times += 1) expect((await api.signIn("vera")).status).toBe(200);
    });

    it("lets the right password in from an address that guesses, and tells the guesser to wait", async () => {
      for (let tries = 0; tries < 20; tries += 1) await api.signIn(`made up ${tries}`);
      const guess = await api.signIn("made up 20");
      expect([guess.status, guess.headers["retry-after"]]).toEqual([429, "60"]);
      expect((await api.signIn("ada")).status).toBe(200);
      expect((await api.signIn("otto", "wrong password")).status).toBe(429);
      expect((await api.signIn("otto")).status).toBe(200);
    });

    it("writes no more of a flood down than its limits let through", async () => {
      const count = () => api.db.securityEvent.count();
      const before = await count();
      for (let tries = 0; tries < 60; tries += 1) await api.signIn(`flood ${tries}`);
      expect((await count()) - before).toBe(21);
      const failed = await api.db.securityEvent.findFirst({
        where: { kind: "SIGN_IN_FAILED" },
        orderBy: { id: "desc" },
      });
      // What is typed as a name may be a password.
      expect(failed!.subject).toBeNull();
    });
  });

  describe("by a link", () => {
    const linkFor = async (name: string) =>
      createSignInLink(api.db, await api.userOf(name), { by: "test", remoteAddr: null, now: api.clock.now() });
    const follow = (token: string) => api.post("/api/v1/session/link", { token });

    it("works once, by a POST", async () => {
      const { token } = await linkFor("vera");
      expect((await askServer(api.app, `/api/v1/session/link?token=${token}`, { anonymous: true })).status).toBe(404);
      const first = await follow(token);
      expect([first.status, first.json()]).toEqual([200, { name: "vera", role: "viewer", via: "session" }]);
      expect(await api.me(cookieOf(first))).toBe(200);
      expect((await follow(token)).json()).toMatchObject({ status: 401, code: "WRONG_LINK" });
      expect(JSON.stringify(await api.db.signInLink.findMany())).not.toContain(token);
    });

    it("is not good after 15 minutes, once another was made, or of somebody disabled", async () => {
      const late = await linkFor("vera");
      api.clock.advance(15 * MINUTE_MS);
      expect((await follow(late.token)).status).toBe(401);
      const replaced = await linkFor("vera");
      const last = await linkFor("vera");
      expect((await follow(replaced.token)).status).toBe(401);
      const { id } = await api.userOf("vera");
      await updateUser(api.context(), id, { disabled: true });
      expect((await follow(last.token)).status).toBe(401);
      await expect(linkFor("vera")).rejects.toThrow(/vera is disabled; enable it first/);
      await updateUser(api.context(), id, { disabled: false });
      expect((await follow(last.token)).status).toBe(401);
    });

    it("signs one of two in who follow it at once", async () => {
      const { token } = await linkFor("vera");
      const answers = await Promise.all([follow(token), follow(token), follow(token)]);
      expect(answers.map(({ status }) => status).toSorted((left, right) => left - right)).toEqual([200, 401, 401]);
    });
  });
});
