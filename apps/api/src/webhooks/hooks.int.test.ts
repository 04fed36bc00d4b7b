import { randomUUID } from "node:crypto";

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { createSecretBox } from "@drumline/events/subscriptions";

import { apiUnderTest, type ApiUnderTest, askServer, ordinaryParts } from "../../test/api-under-test.ts";
import { buildServer } from "../server.ts";

let api: ApiUnderTest;
beforeAll(async () => void (api = await apiUnderTest()));
afterAll(() => api.close());
beforeEach(async () => {
  await api.db.webhookDelivery.deleteMany();
  await api.db.webhook.deleteMany();
});

const HOOK = { target_url: "https://example.com/hooks", event_type: "package.created" };
const send = (method: string, path: string, body?: object) =>
  api.ask(path, {
    method,
    ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
const subscribe = (body: object = HOOK) => send("POST", "/whisperer/hooks/", body);

describe("/whisperer/hooks/", () => {
  it("subscribes, tells the secret once, shows the hook and ends it", async () => {
    const created = await subscribe({ ...HOOK, config: { location: ["A"] }, additional_headers: { "X-Shop": "1" } });
    expect(created.status).toBe(201);
    expect(created.json().secret_key).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const path = `/whisperer/hooks/${created.json().id}/`;
    const shown = (await send("GET", path)).json();
    expect(shown).toMatchObject({ ...HOOK, is_active: true, config: { location: ["A"] } });
    expect(JSON.stringify(shown)).not.toContain("whsec_");

    expect((await send("DELETE", path)).status).toBe(204);
    const audit = await api.db.auditEvent.findMany({ orderBy: { id: "asc" } });
    expect(audit.map(({ content }) => (content as { action: string }).action).toSorted()).toEqual([
      "subscribe",
      "unsubscribe",
    ]);
    expect((await send("DELETE", path)).status).toBe(404);
    expect((await send("GET", path)).json()).toMatchObject({ is_active: false, disabled_reason: "unsubscribed" });
  });

  it("keeps the client's address in the audit, as a proxy that is trusted says it", async () => {
    const { db, queues, clock } = api;
    const app = await buildServer({ ...ordinaryParts, db, queues, clock, trustedProxies: ["127.0.0.1"] });
    const init = { method: "POST", headers: { "content-type": "application/json", "x-forwarded-for": "203.0.113.9" } };
    await askServer(app, "/whisperer/hooks", { ...init, body: JSON.stringify(HOOK) });
    await app.close();
    expect(await db.auditEvent.findFirst({ orderBy: { timestamp: "desc" } })).toMatchObject({
      remoteAddr: "203.0.113.9",
    });
  });

  it("keeps secret and headers sealed in its row, and tells their values nobody", async () => {
    const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const headers = { Authorization: "Bearer t0ps3cret", "X-Env": "env:ECOMNOW_SECRET_KEY" };
    const { id } = (await subscribe({ ...HOOK, secret_key: secret, additional_headers: headers })).json();
    const row = await api.db.webhook.findUniqueOrThrow({ where: { id: BigInt(id) } });
    expect([row.secret, ...Object.values(row.headers as object)]).toEqual(
      [1, 2, 3].map(() => expect.stringMatching(/^sealed:v2:/)),
    );
    const shown = (await send("GET", `/whisperer/hooks/${id}/`)).json();
    expect(shown.additional_headers).toEqual({ Authorization: "[secret]", "X-Env": "[secret]" });
    expect(JSON.stringify(await api.db.auditEvent.findMany({ select: { content: true } }))).not.toMatch(
      /t0ps3cret|MfKQ9r8GKYqr/,
    );
  });

  it("takes no subscription while there is no key to seal its secret with, and says which", async () => {
    const keyless = await buildServer({
      ...ordinaryParts,
      db: api.db,
      queues: api.queues,
      clock: api.clock,
      secrets: createSecretBox({ current: null }, {}),
    });
    const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(HOOK) };
    const refused = await askServer(keyless, "/whisperer/hooks/", init);
    expect([refused.status, refused.json().detail]).toEqual([
      503,
      expect.stringContaining("ECOMNOW_SECRET_KEY is not set"),
    ]);
    expect(await api.db.webhook.count()).toBe(0);
    await keyless.close();
  });

  it("answers 409 to the same subscription twice, and takes it again once the first has ended", async () => {
    const { id } = (await subscribe()).json();
    const again = await subscribe();
    expect([again.status, again.json().detail]).toEqual([409, expect.stringContaining(`hook ${id} already`)]);
    await send("DELETE", `/whisperer/hooks/${id}/`);
    expect((await subscribe()).json()).toMatchObject({ id, is_active: true });
  });

  it("ends none that was made anew since it was looked at", async () => {
    const { id, version } = (await subscribe()).json();
    const path = `/whisperer/hooks/${id}/?version=`;
    await send("DELETE", `/whisperer/hooks/${id}/`);
    const anew = (await subscribe()).json();
    expect([anew.id, anew.version]).toEqual([id, version + 2]);
    expect((await send("DELETE", path + version)).json()).toMatchObject({
      status: 409,
      code: "SUBSCRIPTION_CHANGED",
      currentVersion: anew.version,
    });
    expect((await send("DELETE", path + anew.version)).status).toBe(204);
    expect((await send("DELETE", path + (Number(anew.version) + 1))).status).toBe(404);
  });

  it.each<[string, object]>([
    ["a file", { ...HOOK, target_url: "file:///etc/passwd" }],
    ["credentials in the URL", { ...HOOK, target_url: "https://a:b@example.com/" }],
    ["a type with spaces", { ...HOOK, event_type: "package created" }],
    ["a short secret", { ...HOOK, secret_key: "whsec_c2hvcnQ=" }],
    ["a secret that is none", { ...HOOK, secret_key: "öffne dich" }],
    ["a header of ours", { ...HOOK, additional_headers: { "Webhook-Signature": "x" } }],
    ["a header with a line break", { ...HOOK, additional_headers: { "x-a": "b\r\nx-c: d" } }],
    ["an unknown schedule", { ...HOOK, retry_countdown_config: { choice: "never", kwargs: {} } }],
    ["a URL with a line break", { ...HOOK, target_url: "https://example.com/\r\nhooks" }],
    ["a URL with a space", { ...HOOK, target_url: " https://example.com/hooks" }],
    [
      "a filter of 51 paths",
      { ...HOOK, config: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`p${n}`, n])) },
    ],
    ["a filter of 17 KB", { ...HOOK, config: { p: "x".repeat(17_000) } }],
    [
      "headers of 18 KB",
      { ...HOOK, additional_headers: Object.fromEntries("abcdefghi".split("").map((n) => [n, "x".repeat(2_000)])) },
    ],
    ["an unknown field", { ...HOOK, callback: "foo.bar" }],
  ])("refuses %s and names the field", async (_, body) => {
    const refused = await subscribe(body);
    expect([refused.status, refused.json().errors.length]).toEqual([400, 1]);
  });

  it("takes no more than 200 hooks of one owner", async () => {
    const { owner } = await api.db.webhook.findFirstOrThrow({ where: { id: BigInt((await subscribe()).json().id) } });
    await api.db.webhook.createMany({
      data: Array.from({ length: 199 }, (_, n) => ({ owner, targetUrl: `https://example.com/${n}`, eventType: "*" })),
    });
    const refused = await subscribe({ ...HOOK, event_type: "package.packed" });
    expect([refused.status, refused.json().detail]).toEqual([409, expect.stringContaining("has 200 active hooks")]);
    expect((await subscribe()).json().detail).toContain("already sends");
  });

  it("answers 404 for a hook that is not there and 400 for an id that is none", async () => {
    expect((await send("GET", "/whisperer/hooks/999/")).status).toBe(404);
    expect((await send("GET", "/whisperer/hooks/abc/")).status).toBe(400);
  });
});

describe("POST /api/v1/webhook-deliveries/{id}/replay", () => {
  const storeDelivery = async (status: "EXHAUSTED" | "PENDING_RETRY", isActive = true) => {
    const event = await api.db.eventQueue.create({
      data: { id: randomUUID(), eventType: "package.created", entityType: "package", entityId: 1n, payload: {} },
    });
    const webhook = await api.db.webhook.create({
      data: { owner: "api", targetUrl: "https://example.com/", eventType: randomUUID(), isActive },
    });
    const { id } = await api.db.webhookDelivery.create({
      data: { eventId: event.id, webhookId: webhook.id, status, attempts: 10, nextAttemptAt: new Date() },
    });
    return id;
  };
  const replay = (id: bigint | number) => send("POST", `/api/v1/webhook-deliveries/${id}/replay`);

  it("makes an exhausted delivery due at once, on a schedule that begins anew", async () => {
    const id = await storeDelivery("EXHAUSTED");
    const answer = await replay(id);
    expect([answer.status, answer.json()]).toEqual([
      202,
      { id: String(id), status: "PENDING", nextAttemptAt: api.clock.now().toISOString() },
    ]);
    expect(await api.db.webhookDelivery.findUnique({ where: { id } })).toMatchObject({
      status: "PENDING",
      attempts: 10,
      attemptsBeforeReplay: 10,
      nextAttemptAt: api.clock.now(),
    });
  });

  it("answers 409 while it waits for an attempt anyway, and when its hook is not active", async () => {
    expect((await replay(await storeDelivery("PENDING_RETRY"))).json()).toMatchObject({
      status: 409,
      detail: expect.stringContaining("PENDING_RETRY"),
    });
    expect((await replay(await storeDelivery("EXHAUSTED", false))).json()).toMatchObject({
      status: 409,
      detail: expect.stringContaining("not active"),
    });
    expect((await replay(999_999)).status).toBe(404);
  });
});
