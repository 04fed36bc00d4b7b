import { HOUR_MS } from "@drumline/core/clock";
import { createSecretBox } from "@drumline/events/subscriptions";
import { rotateSourceSecrets } from "@drumline/events/sources";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { type ApiUnderTest, apiUnderTest, askServer, ordinaryParts } from "../../test/api-under-test.ts";
import { buildServer } from "../server.ts";

const PATH = "/api/v1/webhook-sources";
const SECRET = "the-secret-of-this-shop";

let api: ApiUnderTest;
beforeAll(async () => {
  api = await apiUnderTest();
});
afterAll(() => api.close());
beforeEach(async () => {
  await api.db.webhookRequest.deleteMany();
  await api.db.webhookSource.deleteMany();
  await api.db.auditEvent.deleteMany();
});

const shop = { name: "shop", consumer: "integration", scheme: "SHOPIFY", secrets: [SECRET] };
const create = async (fields: object = {}) => api.send("POST", PATH, { ...shop, ...fields });
const post = async (path: string) =>
  (await api.ask(path, { method: "POST", anonymous: true, body: String(Math.random()) })).status;

describe("sources of webhooks", () => {
  it("are made with a token that is told once, and secrets that are told never", async () => {
    const answer = await create();
    expect(answer.status).toBe(201);
    const { token, path, ...source } = answer.json();
    expect(path).toBe(`/webhooks/in/${token}`);
    expect(source).toMatchObject({ name: "shop", secretCount: 1, version: 1, requestsPerMinute: 600 });
    expect((await api.ask(answer.headers["location"]!)).json()).toEqual(source);
    expect((await api.ask(PATH)).json()).toEqual({ items: [source], nextCursor: null });
    const row = JSON.stringify(await api.db.webhookSource.findMany());
    const audit = JSON.stringify(await api.db.auditEvent.findMany(), (_, value) =>
      typeof value === "bigint" ? String(value) : value,
    );
    for (const kept of [row, audit, answer.body.replace(token, "").replace(path, "")])
      for (const hidden of [token, SECRET]) expect(kept).not.toContain(hidden);
    expect(await api.db.auditEvent.findMany()).toMatchObject([
      {
        entityType: "webhook_source",
        entityId: source.id,
        content: { action: "create", before: null, after: { name: "shop" } },
      },
    ]);
    expect((await create()).json().code).toBe("SOURCE_EXISTS");
  });

  it.each([
    [
      "no secret for a scheme that needs one",
      { secrets: [] },
      [["body.secrets", expect.stringContaining("needs a secret")]],
    ],
    [
      "secrets that are too short",
      { secrets: ["a", SECRET, "b"] },
      [
        ["body.secrets.0", expect.anything()],
        ["body.secrets.2", expect.anything()],
      ],
    ],
    [
      "a secret of another kind",
      { scheme: "STANDARD_WEBHOOKS", secrets: ["whsec_?"] },
      [["body.secrets.0", expect.stringContaining("base64")]],
    ],
    ["a secret of no scheme", { scheme: "NONE" }, [["body.secrets.0", expect.stringContaining("no secrets")]]],
  ])("are refused with %s", async (_what, fields, errors) => {
    const answer = await create(fields);
    expect([
      answer.status,
      answer.json().errors.map((error: { where: string; problem: string }) => [error.where, error.problem]),
    ]).toEqual([422, errors]);
    expect(answer.body).not.toContain(SECRET);
  });

  it("are refused with every wrong field at once", async () => {
    const answer = await create({ name: "A B", consumer: "", requestsPerMinute: 0, silentAfterSeconds: 5, x: 1 });
    expect(answer.status).toBe(400);
    expect(answer.json().errors.length).toBeGreaterThanOrEqual(4);
  });

  it("change by version, on record with before and after, and keep the secrets that are left out", async () => {
    const { id } = (await create()).json();
    const change = { version: 1, silentAfterSeconds: 3_600 };
    expect((await api.send("PATCH", `${PATH}/${id}`, change)).json()).toMatchObject({
      version: 2,
      secretCount: 1,
      silentAfterSeconds: 3_600,
    });
    const late = await api.send("PATCH", `${PATH}/${id}`, change);
    expect([late.status, late.json()]).toMatchObject([409, { currentVersion: 2 }]);
    const both = await api.send("PATCH", `${PATH}/${id}`, {
      version: 2,
      secrets: ["another-secret", SECRET],
      silentAfterSeconds: null,
    });
    expect(both.json()).toMatchObject({ version: 3, secretCount: 2, silentAfterSeconds: null });
    expect((await api.send("PATCH", `${PATH}/${id}`, { version: 3, scheme: "ADYEN" })).status).toBe(422);
    const contents = (await api.db.auditEvent.findMany()).map(({ content }) => content);
    expect(contents).toContainEqual(
      expect.objectContaining({
        hasNewSecrets: true,
        before: expect.objectContaining({ secretCount: 1 }),
        after: expect.objectContaining({ secretCount: 2 }),
      }),
    );
  });

  it("get another address, while the one before is good for a day", async () => {
    const { id, path } = (await create({ scheme: "NONE", secrets: [] })).json();
    const rotated = await api.send("POST", `${PATH}/${id}/rotate-token`, { version: 1 });
    expect(rotated.status).toBe(200);
    expect([await post(path), await post(rotated.json().path)]).toEqual([202, 202]);
    api.clock.advance(24 * HOUR_MS);
    expect([await post(path), await post(rotated.json().path)]).toEqual([404, 202]);
  });

  it("are deleted unless something of them waits, and what they sent stays", async () => {
    const { id, path } = (await create({ scheme: "NONE", secrets: [] })).json();
    await post(path);
    expect((await api.send("DELETE", `${PATH}/${id}`)).json().code).toBe("SOURCE_IN_USE");
    await api.db.webhookRequest.updateMany({ data: { status: "DONE" } });
    expect((await api.send("DELETE", `${PATH}/${id}?version=7`)).json().currentVersion).toBe(1);
    expect((await api.send("DELETE", `${PATH}/${id}?version=1`)).status).toBe(204);
    expect(await post(path)).toBe(404);
    expect(await api.db.webhookRequest.findMany()).toMatchObject([
      { sourceId: null, source: expect.stringContaining("shop (deleted") },
    ]);
    expect((await api.send("DELETE", `${PATH}/${id}`)).status).toBe(404);
  });

  it("are not made without a key to seal their secrets with, and are sealed anew by the next one", async () => {
    const { db, queues, clock } = api;
    const bare = await buildServer({
      ...ordinaryParts,
      db,
      queues,
      clock,
      secrets: createSecretBox({ current: null }, {}),
    });
    const headers = { "content-type": "application/json" };
    const answer = await askServer(bare, PATH, { method: "POST", body: JSON.stringify(shop), headers });
    expect([answer.status, answer.json().code]).toEqual([503, "UNUSABLE_SECRET"]);
    await bare.close();
    await create();
    const [old, current] = [Buffer.alloc(32, 7), Buffer.alloc(32, 8)];
    const box = createSecretBox({ current, previous: [old] }, {});
    expect(await rotateSourceSecrets(db, box, false)).toMatchObject({ rotated: 1, failed: [] });
    expect(await rotateSourceSecrets(db, box, false)).toMatchObject({ rotated: 0, current: 1 });
  });
});
