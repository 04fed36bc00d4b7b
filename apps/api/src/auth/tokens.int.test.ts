import { DAY_MS, MINUTE_MS, SECOND_MS } from "@drumline/core/clock";
import { SCOPES } from "@drumline/engine";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { type Answer, type ApiUnderTest, apiUnderTest } from "../../test/api-under-test.ts";
import { scopeOf } from "./scope-of.ts";

const HOOK = { target_url: "https://example.com/hooks", event_type: "package.created" };
const NO_ID = "00000000-0000-4000-8000-000000000000";

describe("tokens over the api", () => {
  let api: ApiUnderTest;
  beforeAll(async () => void (api = await apiUnderTest()));
  afterAll(() => api.close());

  const create = async (body: object): Promise<{ token: { id: string; name: string }; secret: string }> => {
    const answer = await api.send("POST", "/api/v1/tokens", body);
    expect(answer.status).toBe(201);
    return answer.json();
  };
  const me = async (secret: string) => (await api.send("GET", "/api/v1/me", undefined, secret)).status;
  const rotate = (id: string, body: object = {}) => api.send("POST", `/api/v1/tokens/${id}/rotate`, body);
  const codeOf = (answer: Answer) => [answer.status, answer.json().code];

  it("are told once, and listed without their secrets and, unless asked for, without the revoked ones", async () => {
    const { token, secret } = await create({ name: "ci", role: "operator" });
    expect(await me(secret)).toBe(200);
    const gone = await create({ name: "gone" });
    expect((await api.send("DELETE", `/api/v1/tokens/${gone.token.id}`)).status).toBe(204);
    expect((await api.send("DELETE", `/api/v1/tokens/${gone.token.id}`)).status).toBe(404);
    const listed = await api.ask("/api/v1/tokens");
    expect(listed.json().items).toMatchObject([
      { id: token.id, name: "ci", createdBy: "API_ADMIN_TOKEN", expiresAt: null },
    ]);
    expect(listed.body).not.toMatch(/[0-9a-f]{64}|drumline_/);
    const all = (await api.ask("/api/v1/tokens?revoked=true")).json().items;
    expect(all.map(({ name }: { name: string }) => name)).toEqual(["ci", "gone"]);
    const again = await api.send("POST", "/api/v1/tokens", { name: "ci" });
    expect(codeOf(again)).toEqual([422, "REFUSED_TOKEN"]);
  });

  it("are refused from their end on, also while they are in use", async () => {
    const now = api.clock.now().getTime();
    const late = await api.send("POST", "/api/v1/tokens", { name: "late", expiresAt: new Date(now).toISOString() });
    expect([late.status, late.json().detail]).toEqual([422, expect.stringContaining("still to come")]);
    const expiresAt = new Date(now + MINUTE_MS + 2 * SECOND_MS).toISOString();
    const { secret } = await create({ name: "short", role: "viewer", expiresAt });
    api.clock.advance(MINUTE_MS + 2 * SECOND_MS - 1);
    expect(await me(secret)).toBe(200);
    api.clock.advance(1);
    expect(await me(secret)).toBe(401);
  });

  it("get another secret in place, and the one before goes on for a while", async () => {
    const first = await create({ name: "rotating", role: "operator" });
    const second = (await rotate(first.token.id, { oldForSeconds: 60 })).json();
    expect(second.token).toMatchObject({ id: first.token.id, name: "rotating", role: "operator" });
    expect([await me(first.secret), await me(second.secret)]).toEqual([200, 200]);
    api.clock.advance(MINUTE_MS);
    expect([await me(first.secret), await me(second.secret)]).toEqual([401, 200]);
    const third = (await rotate(first.token.id, { oldForSeconds: 0 })).json();
    api.clock.advance(6 * SECOND_MS);
    expect([await me(second.secret), await me(third.secret)]).toEqual([401, 200]);
    expect((await rotate(NO_ID)).status).toBe(404);
  });

  describe("with scopes", () => {
    it.each(SCOPES)("call what is of the scope %s, ask whose they are, and nothing else", async (scope) => {
      const { secret } = await create({ name: `only ${scope}`, role: "admin", scopes: [scope] });
      expect(await me(secret)).toBe(200);
      const { paths } = api.app.swagger() as { paths: Record<string, Record<string, { security?: unknown }>> };
      const routes = Object.entries(paths).flatMap(([path, methods]) =>
        Object.entries(methods)
          .filter(([, { security }]) => security !== undefined)
          .map(([method]) => ({ method: method.toUpperCase(), path })),
      );
      const own = routes.filter(({ method, path }) => scopeOf(method, path) === scope);
      expect(own.length).toBeGreaterThan(0);
      for (const { method, path } of routes) {
        if (path === "/api/v1/me") continue;
        const answer = await api.ask(path.replaceAll(/\{\w+\}/g, NO_ID), {
          method,
          anonymous: true,
          headers: { authorization: `Bearer ${secret}` },
        });
        const isRefused = answer.status === 403 && answer.json().code === "OUT_OF_SCOPE";
        expect([method, path, isRefused]).toEqual([method, path, scopeOf(method, path) !== scope]);
      }
    });

    it("still need the role", async () => {
      const { secret } = await create({ name: "looking store", role: "viewer", scopes: ["store"] });
      const path = "/api/v1/oms/packages/1/command";
      const refused = await api.send("POST", path, { command: "PREPARE_PACKAGE_COMMAND" }, secret);
      expect(codeOf(refused)).toEqual([403, "FORBIDDEN"]);
    });

    it("are never the admin token that production asks for", async () => {
      const { hasAdminToken } = await import("@drumline/engine");
      await api.db.apiToken.updateMany({ data: { revokedAt: new Date() } });
      await create({ name: "scoped admin", role: "admin", scopes: ["metrics"] });
      expect(await hasAdminToken(api.db)).toBe(false);
      await create({ name: "whole admin", role: "admin" });
      expect(await hasAdminToken(api.db)).toBe(true);
    });
  });

  describe("and what they subscribed to", () => {
    const subscribe = async (secret: string, body: object = HOOK): Promise<string> =>
      (await api.send("POST", "/whisperer/hooks", body, secret)).json().id;
    const hook = (id: string) => api.db.webhook.findUniqueOrThrow({ where: { id: BigInt(id) } });

    it("end together, and a later token of the same name owns nothing of it", async () => {
      const first = await create({ name: "partner", role: "operator", scopes: ["hooks"] });
      const id = await subscribe(first.secret);
      await api.send("DELETE", `/api/v1/tokens/${first.token.id}`);
      expect(await hook(id)).toMatchObject({
        isActive: false,
        disabledReason: expect.stringContaining("its token was revoked"),
      });
      const second = await create({ name: "partner", role: "operator", scopes: ["hooks"] });
      for (const method of ["GET", "DELETE"])
        expect((await api.send(method, `/whisperer/hooks/${id}`, undefined, second.secret)).status).toBe(404);
      expect(await subscribe(second.secret)).toBe(id);
      expect((await api.send("GET", `/whisperer/hooks/${id}`, undefined, second.secret)).status).toBe(200);
    });

    it("end at the token's end, which a rotation may move", async () => {
      const expiresAt = new Date(api.clock.now().getTime() + DAY_MS);
      const { token, secret } = await create({ name: "guest", role: "operator", expiresAt: expiresAt.toISOString() });
      const id = await subscribe(secret);
      expect((await hook(id)).endsAt).toEqual(expiresAt);
      const later = new Date(expiresAt.getTime() + DAY_MS);
      await rotate(token.id, { expiresAt: later.toISOString() });
      expect((await hook(id)).endsAt).toEqual(later);
    });

    it("are shown to admins, who may end those of others", async () => {
      const { secret } = await create({ name: "other", role: "operator" });
      const id = await subscribe(secret);
      const listed = (await api.ask("/api/v1/webhook-subscriptions?active=true&owner=other")).json().items;
      expect(listed).toMatchObject([{ id, owner: "other", targetUrl: HOOK.target_url }]);
      const stranger = await create({ name: "stranger", role: "operator" });
      expect((await api.send("DELETE", `/whisperer/hooks/${id}`, undefined, stranger.secret)).status).toBe(404);
      expect((await api.send("DELETE", `/whisperer/hooks/${id}`)).status).toBe(204);
      expect((await hook(id)).isActive).toBe(false);
    });
  });
});
