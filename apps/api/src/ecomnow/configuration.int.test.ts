import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { type ApiUnderTest, apiUnderTest } from "../../test/api-under-test.ts";

let api: ApiUnderTest;
beforeAll(async () => {
  api = await apiUnderTest({ privateHosts: ["127.0.0.1:4010"] });
});
afterAll(() => api.close());
beforeEach(async () => {
  await api.db.ecomnowCustomerIntegration.deleteMany();
  await api.db.ecomnowProduct.deleteMany();
  await api.db.ecomnowVendor.deleteMany();
  await api.db.apiStatus.deleteMany();
  await api.db.auditEvent.deleteMany();
});

const SECRET = "the-token-of-acme";
const vendor = {
  code: "acme",
  name: "Acme",
  feedUrl: "https://feeds.acme.example/stock.csv",
  authKind: "BEARER",
  authSecret: SECRET,
};
const client = {
  code: "shop",
  name: "Shop",
  baseUrl: "https://api.shop.example/v1",
  authKind: "BEARER",
  authSecret: SECRET,
};
const watched = {
  name: "carrier",
  url: "https://status.example/health",
  headers: { accept: "text/plain", "x-api-key": SECRET },
};

const add = async (path: string, body: object) => {
  const answer = await api.send("POST", `/api/v1/${path}`, body);
  // Events of one instant have no order.
  api.clock.advance(1_000);
  expect([answer.status, answer.status === 201 ? "" : answer.body]).toEqual([201, ""]);
  return answer.json();
};
const errorsOf = (answer: { json(): { errors: { where: string }[] } }) =>
  answer.json().errors.map(({ where }) => where);

describe.each([
  ["vendors", vendor, { name: "Acme BV" }, "ecomnow_vendor"],
  ["clients", client, { timeoutMs: 5_000 }, "ecomnow_client"],
  ["watched-apis", watched, { expectedStatus: 204 }, "api_status"],
])("the configuration of %s", (path, body, change, entityType) => {
  const url = `/api/v1/${path}`;

  it("is made, read, changed by version and deleted, each on record with before and after, its secret never told", async () => {
    const made = await add(path, body);
    expect(made.version).toBe(1);
    expect((await api.ask(`${url}/${made.id}`)).json()).toEqual(made);
    expect((await api.ask(url)).json()).toEqual({ items: [made], nextCursor: null });
    const changed = await api.send("PATCH", `${url}/${made.id}`, { version: 1, ...change });
    expect(changed.json()).toEqual({ ...made, ...change, version: 2 });
    api.clock.advance(1_000);
    const late = await api.send("PATCH", `${url}/${made.id}`, { version: 1, ...change });
    expect([late.status, late.json()]).toMatchObject([409, { code: "CONFIGURATION_CHANGED", currentVersion: 2 }]);
    expect((await api.send("DELETE", `${url}/${made.id}?version=1`)).status).toBe(409);
    expect((await api.send("DELETE", `${url}/${made.id}?version=2`)).status).toBe(204);
    expect((await api.ask(`${url}/${made.id}`)).status).toBe(404);
    // Ids of one instant are in no order.
    const events = await api.db.auditEvent.findMany({ where: { entityType } });
    const byAction = Object.fromEntries(events.map(({ content }) => [(content as { action: string }).action, content]));
    expect(events).toHaveLength(3);
    expect(byAction).toMatchObject({
      create: { before: null, after: { version: 1 } },
      update: { before: { version: 1 }, after: change },
      delete: { before: change, after: null },
    });
    for (const told of [made, changed.json(), events.map(({ content }) => content)])
      expect(JSON.stringify(told)).not.toMatch(/the-token-of-acme|sealed:v/);
  });

  it("is there once, and made once where its request is sent again", async () => {
    const send = () =>
      api.ask(url, {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "content-type": "application/json", "idempotency-key": `make-${path}` },
      });
    const [first, again] = [await send(), await send()];
    expect([first.status, again.status, again.headers["idempotency-replayed"]]).toEqual([201, 201, "true"]);
    expect((await api.send("POST", url, body)).json().code).toBe("CONFIGURATION_EXISTS");
  });

  it("keeps no secret in plain", async () => {
    await add(path, body);
    const rows = [
      await api.db.ecomnowVendor.findMany({ select: { authSecret: true } }),
      await api.db.ecomnowCustomerIntegration.findMany({ select: { authSecret: true } }),
      await api.db.apiStatus.findMany({ select: { headers: true } }),
    ];
    expect(JSON.stringify(rows)).toMatch(/sealed:v2:/);
    expect(JSON.stringify(rows)).not.toContain(SECRET);
  });
});

describe("configuration", () => {
  it("is refused with everything that is wrong at once", async () => {
    const answer = await api.send("POST", "/api/v1/vendors", {
      ...vendor,
      feedUrl: "http://10.0.0.8/feed",
      categoryUrl: "ftp://x",
      feedEncoding: "klingon",
      authKind: "HEADER",
      authName: "Host",
      authSecret: "env:DATABASE_URL",
    });
    expect(answer.status).toBe(422);
    expect(errorsOf(answer)).toEqual([
      "body.feedUrl",
      "body.categoryUrl",
      "body.feedEncoding",
      "body.authSecret",
      "body.authName",
    ]);
    const form = await api.send("POST", "/api/v1/clients", { code: "A B", name: "", baseUrl: 1, timeoutMs: 0, x: 1 });
    expect([form.status, form.json().errors.length]).toEqual([400, 5]);
    expect(await api.db.ecomnowVendor.count()).toBe(0);
  });

  it.each([
    "http://127.0.0.1/x",
    "http://169.254.169.254/",
    "http://[::1]/",
    "https://u:p@x.example/",
    "http://2130706433/",
    "https://x.example/ a",
  ])("refuses %s as a client's address", async (baseUrl) => {
    expect(errorsOf(await api.send("POST", "/api/v1/clients", { ...client, baseUrl }))).toEqual(["body.baseUrl"]);
  });

  it("takes a private address that is named", async () => {
    await add("clients", { ...client, baseUrl: "http://127.0.0.1:4010/clients" });
  });

  it("wants a secret again where it would be sent to another host", async () => {
    const made = await add("clients", client);
    const url = `/api/v1/clients/${made.id}`;
    const move = { version: 1, baseUrl: "https://evil.example/v1" };
    expect(errorsOf(await api.send("PATCH", url, move))).toEqual(["body.authSecret"]);
    expect((await api.send("PATCH", url, { ...move, authSecret: "another-token" })).json()).toMatchObject({
      version: 2,
      authSecret: "SEALED",
    });
    expect(
      (await api.send("PATCH", url, { version: 2, authSecret: "env:ECOMNOW_SECRET_SHOP" })).json().authSecret,
    ).toBe("REFERENCE");
    const api1 = await add("watched-apis", watched);
    expect(api1.headers).toEqual({ accept: "text/plain", "x-api-key": "[secret]" });
    const other = { version: 1, url: "https://evil.example/", headers: api1.headers };
    expect(errorsOf(await api.send("PATCH", `/api/v1/watched-apis/${api1.id}`, other))).toEqual([
      "body.headers.x-api-key",
    ]);
  });

  it("is not deleted where rows hang on it", async () => {
    const made = await add("vendors", vendor);
    await add("clients", { ...client, vendorId: made.id });
    const refused = await api.send("DELETE", `/api/v1/vendors/${made.id}`);
    expect([refused.status, refused.json().code]).toEqual([409, "CONFIGURATION_IN_USE"]);
  });
});

describe("a client's endpoint", () => {
  const endpoint = async () =>
    add("client-endpoints", {
      clientId: (await add("clients", client)).id,
      entity: "ORDER",
      direction: "IN",
      path: "/orders",
    });

  it("is one flow of one client, on the client's own host", async () => {
    const made = await endpoint();
    expect(made).toMatchObject({ pageSize: 100, intervalSeconds: 300, hasMapping: false, version: 1 });
    const again = { clientId: made.clientId, entity: "ORDER", direction: "IN", path: "/o" };
    expect((await api.send("POST", "/api/v1/client-endpoints", again)).json().code).toBe("CONFIGURATION_EXISTS");
    expect((await api.ask(`/api/v1/client-endpoints?clientId=${made.clientId}`)).json().items).toHaveLength(1);
    expect(
      (await api.send("PATCH", `/api/v1/client-endpoints/${made.id}`, { version: 1, path: "orders" })).status,
    ).toBe(400);
    const missing = { ...again, clientId: "999", direction: "OUT" };
    expect(errorsOf(await api.send("POST", "/api/v1/client-endpoints", missing))).toEqual(["body.clientId"]);
    expect((await api.send("DELETE", `/api/v1/client-endpoints/${made.id}`)).status).toBe(204);
  });

  it("has a mapping that is read before it is saved, with the position of what is wrong", async () => {
    const { id } = await endpoint();
    const url = `/api/v1/client-endpoints/${id}/mapping`;
    expect((await api.ask(url)).status).toBe(404);
    const wrong = await api.send("PUT", url, { expression: '{"a": }' });
    expect([wrong.status, wrong.json().errors]).toMatchObject([422, [{ where: "body.expression", position: 7 }]]);
    const expression = '{ "external_id": $string(no) }';
    expect((await api.send("PUT", url, { expression })).json()).toMatchObject({ expression, version: 1 });
    expect((await api.send("PUT", url, { expression })).json()).toMatchObject({ status: 409, currentVersion: 1 });
    expect((await api.send("PUT", url, { expression: "$", version: 1 })).json()).toMatchObject({ version: 2 });
    expect((await api.ask(`/api/v1/client-endpoints/${id}`)).json().hasMapping).toBe(true);
    expect((await api.send("DELETE", `${url}?version=2`)).status).toBe(204);
    const events = await api.db.auditEvent.findMany({ where: { entityType: "ecomnow_client_mapping" } });
    expect(events).toHaveLength(3);
  });
});
