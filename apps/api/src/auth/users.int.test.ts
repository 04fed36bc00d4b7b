import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { createToken } from "@drumline/engine";

import { type ApiUnderTest, apiUnderTest, askServer } from "../../test/api-under-test.ts";

const PASSWORD = "seven gulls over the quay";

describe("users over the api", () => {
  let api: ApiUnderTest;
  beforeAll(async () => void (api = await apiUnderTest()));
  afterAll(() => api.close());

  const create = (body: object) => api.send("POST", "/api/v1/users", body);
  const change = (id: string, body: object) => api.send("PATCH", `/api/v1/users/${id}`, body);

  it("are made, listed by name page by page, and shown without what they sign in with", async () => {
    for (const name of ["Zoe", "bert", "Ann"]) expect((await create({ name, password: PASSWORD })).status).toBe(201);
    const first = (await api.ask("/api/v1/users?limit=2")).json();
    expect(first.items.map(({ name }: { name: string }) => name)).toEqual(["Ann", "bert"]);
    const second = (await api.ask(`/api/v1/users?limit=2&cursor=${first.nextCursor}`)).json();
    expect(second).toMatchObject({ items: [{ name: "Zoe", role: "viewer", hasPassword: true }], nextCursor: null });
    expect(JSON.stringify([first, second])).not.toContain("argon2");
  });

  it("have a name of their own, also beside tokens", async () => {
    await createToken(api.db, "ci", "operator");
    for (const name of ["ANN", "CI"]) {
      const refused = await create({ name });
      expect([refused.status, refused.json().code]).toEqual([409, "USER_NAME_TAKEN"]);
    }
    await expect(createToken(api.db, "ann", "viewer")).rejects.toThrow(/token \(or a user\) named "ann" already/);
    for (const name of ["API_ADMIN_TOKEN", "a\nb", "<b>"]) expect((await create({ name })).status).toBe(422);
  });

  it.each([
    ["short", "12 to 200 characters"],
    ["aaaaaaaaaaaabab", "more than four different"],
    ["my name is Carla, hello", "does not contain its user's name"],
  ])("take no password such as %j", async (password, problem) => {
    const refused = await create({ name: "carla", password });
    expect([refused.status, refused.json().errors]).toEqual([
      422,
      [{ where: "body.password", problem: expect.stringContaining(problem) }],
    ]);
    expect(refused.body).not.toContain(password);
  });

  it("are changed at the version that was looked at, and the change is on record without what is personal", async () => {
    const user = (await create({ name: "dora", role: "viewer" })).json();
    const changed = await change(user.id, { role: "operator", email: "dora@example.com", version: 1 });
    expect(changed.json()).toMatchObject({ role: "operator", email: "dora@example.com", version: 2 });
    const stale = await change(user.id, { role: "admin", version: 1 });
    expect([stale.status, stale.json().currentVersion]).toEqual([409, 2]);
    const event = await api.db.securityEvent.findFirst({ where: { kind: "USER_CHANGED", subject: "dora" } });
    expect(event).toMatchObject({
      actor: "API_ADMIN_TOKEN",
      detail: { role: ["viewer", "operator"], email: "changed" },
    });
    const audits = await api.db.auditEvent.findMany({ where: { entityType: "user", entityId: user.id } });
    expect(audits.map(({ content }) => content)).toEqual([
      { action: "create", name: "dora", role: "viewer" },
      { action: "change", role: "operator", email: "changed" },
    ]);
  });

  it("get a link, told once, that signs them in", async () => {
    const user = (await create({ name: "emil" })).json();
    const made = await api.send("POST", `/api/v1/users/${user.id}/link`);
    expect(made.status).toBe(201);
    const { path, token } = made.json();
    expect(path).toBe(`sign-in#link=${token}`);
    const signedIn = await askServer(api.app, "/api/v1/session/link", {
      method: "POST",
      anonymous: true,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token }),
    });
    expect(signedIn.json()).toMatchObject({ name: "emil", via: "session" });
    const unknown = await api.send("POST", "/api/v1/users/00000000-0000-4000-8000-000000000000/link");
    expect(unknown.status).toBe(404);
  });

  it("leave no subscription behind that goes on when they are disabled", async () => {
    const user = (await create({ name: "gina", role: "operator", password: PASSWORD })).json();
    const { id } = await api.db.webhook.create({
      data: { owner: "gina", targetUrl: "https://example.com/hooks", eventType: "package.created" },
    });
    await change(user.id, { email: null });
    expect(await api.db.webhook.findUnique({ where: { id } })).toMatchObject({ isActive: true });
    await change(user.id, { disabled: true });
    expect(await api.db.webhook.findUnique({ where: { id } })).toMatchObject({ isActive: false });
  });

  it("never take their own role away", async () => {
    const admin = (await create({ name: "frida", role: "admin", password: PASSWORD })).json();
    const signedIn = await askServer(api.app, "/api/v1/session", {
      method: "POST",
      anonymous: true,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name: "frida", password: PASSWORD }),
    });
    const cookie = signedIn.headers["set-cookie"]!.split(";", 1)[0]!;
    const self = (body: object) =>
      askServer(api.app, `/api/v1/users/${admin.id}`, {
        method: "PATCH",
        anonymous: true,
        headers: { cookie, "content-type": "application/json", "sec-fetch-site": "same-origin" },
        body: JSON.stringify(body),
      });
    for (const body of [{ role: "viewer" }, { disabled: true }])
      expect((await self(body)).json()).toMatchObject({ status: 409, code: "OWN_ROLE" });
    expect((await self({ email: "frida@example.com" })).status).toBe(200);
    expect((await change(admin.id, { role: "viewer" })).status).toBe(200);
  });
});
