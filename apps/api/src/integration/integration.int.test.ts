import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { type ApiUnderTest, apiUnderTest } from "../../test/api-under-test.ts";

describe("configurations of the integration", () => {
  let api: ApiUnderTest;
  beforeAll(async () => {
    api = await apiUnderTest();
  });
  afterAll(() => api.close());

  const at = (path: string) => `/api/v1/integration/${path}`;
  const post = async (path: string, body: object) => await api.send("POST", at(path), body);
  const source = (url: string) => ({ kind: "http", url, entity: "id" });

  it("are made with an identifier of their name, replaced by version, and their secret is told nobody", async () => {
    const made = await post("incoming", {
      name: "Orders to Magento Incoming",
      source: source("https://shop.example/orders"),
      auth: { kind: "BEARER", secret: "the shop's secret" },
    });
    expect([made.status, made.json().identifier, made.json().auth]).toEqual([
      201,
      "orders-to-magento-incoming",
      { kind: "BEARER", name: null, hasSecret: true },
    ]);
    const stored = await api.db.integrationIncoming.findFirstOrThrow();
    expect(stored.authSecret).toMatch(/^sealed:/);
    expect(made.body).not.toContain("secret of");
    expect(
      (await post("incoming", { name: "Orders to Magento incoming", source: source("https://b.example/") })).json()
        .identifier,
    ).toBe("orders-to-magento-incoming-2");
    const path = at("incoming/orders-to-magento-incoming");
    const renamed = { name: "🚚", source: source("https://shop.example/orders?all=1"), auth: { kind: "BEARER" } };
    expect((await api.send("PUT", path, { ...renamed, version: 1 })).json()).toMatchObject({
      identifier: "orders-to-magento-incoming",
      version: 2,
      auth: { hasSecret: true },
    });
    const stale = await api.send("PUT", path, { ...renamed, version: 1 });
    expect([stale.status, stale.json().currentVersion]).toEqual([409, 2]);
    const moved = await api.send("PUT", path, { ...renamed, source: source("https://elsewhere.example/"), version: 2 });
    expect([moved.status, moved.json().errors[0].where]).toEqual([422, "auth.secret"]);
    const audited = await api.db.auditEvent.findMany({
      where: { entityType: "integration_incoming", entityId: path.split("/").at(-1)! },
    });
    const told = audited.map(({ content }) => content as { action: string; before: object | null; after: object });
    expect(told.find(({ action }) => action === "create")).toMatchObject({ before: null, after: { version: 1 } });
    expect(told.find(({ action }) => action === "update")).toMatchObject({
      before: { name: "Orders to Magento Incoming", version: 1 },
      after: { name: "🚚", version: 2 },
    });
    expect(JSON.stringify(told)).not.toMatch(/sealed:|the shop's secret/);
    expect(await api.db.auditEvent.count({ where: { entityType: "integration_incoming" } })).toBe(3);
  });

  it("are judged before they are kept: credentials that do not fit, URLs that lead inside, expressions nobody can read", async () => {
    const tried = await post("outgoing", {
      name: "inside",
      target: { kind: "http", url: "http://169.254.169.254/latest" },
      auth: { kind: "HEADER", name: "Host", secret: "env:PATH" },
    });
    expect([tried.status, tried.json().errors.map(({ where }: { where: string }) => where)]).toEqual([
      422,
      ["url", "auth.secret", "auth.name"],
    ]);
    const transformer = await post("transformers", { name: "broken", expression: "{ 'amount': " });
    expect([transformer.status, transformer.json().errors]).toEqual([
      422,
      [{ where: "expression", problem: expect.any(String), position: expect.any(Number) }],
    ]);
    const huge = await api.send("DELETE", `${at("outgoing/inside")}?version=2147483648`);
    expect(huge.status).toBe(400);
    expect(await api.db.integrationOutgoing.count({ where: { name: "inside" } })).toBe(0);
    expect(await api.db.integrationTransformer.count({ where: { name: "broken" } })).toBe(0);
  });

  it("are shown as the worker reads them, and one that nobody can read hides no other", async () => {
    const made = new Date();
    const row = (identifier: string) => ({ identifier, name: identifier, createdAt: made, updatedAt: made });
    await api.db.integrationOutgoing.createMany({
      data: [
        { ...row("brief"), target: { kind: "http", url: "https://brief.example/" } },
        { ...row("unreadable"), target: { kind: "pigeon" } },
      ],
    });
    const { items } = (await api.ask(at("outgoing"))).json();
    const targets = Object.fromEntries(
      items.map(({ identifier, target }: { identifier: string; target: unknown }) => [identifier, target]),
    );
    expect(targets["brief"]).toMatchObject({ kind: "http", url: "https://brief.example/", method: "POST" });
    expect(targets["unreadable"]).toBeNull();
    await api.db.integrationOutgoing.deleteMany({ where: { identifier: { in: ["brief", "unreadable"] } } });
  });

  it("are refused where they would make a cycle, which is named, or refer to nothing", async () => {
    await post("incoming", { name: "left", source: source("https://left.example/orders") });
    await post("incoming", { name: "right", source: source("https://right.example/orders") });
    await post("outgoing", { name: "to right", target: { kind: "http", url: "https://right.example/orders" } });
    await post("outgoing", { name: "to left", target: { kind: "http", url: "https://left.example/orders" } });
    expect((await post("routes", { name: "there", incoming: "left", outgoing: "to-right" })).status).toBe(201);
    const back = await post("routes", { name: "back", incoming: "right", outgoing: "to-left" });
    expect([back.status, back.json().detail]).toEqual([
      422,
      "Records would come back to where they came from: left → there → to-right → right → back → to-left → left.",
    ]);
    expect(await api.db.integrationRoute.count()).toBe(1);
    const nothing = await post("routes", { name: "x", incoming: "left", outgoing: "nobody", transformers: [] });
    expect([nothing.status, nothing.json().errors]).toEqual([
      422,
      [{ where: "outgoing", problem: 'There is no outgoing "nobody".' }],
    ]);
    const used = await api.send("DELETE", `${at("outgoing/to-right")}?version=1`);
    expect([used.status, used.json().detail]).toEqual([409, expect.stringContaining("route there")]);
  });

  it("try a transformer: output, or the error with its position; one that runs away ends nobody else", async () => {
    const input = { price: "12.50", lines: [{ sku: "a" }, { sku: "b" }] };
    const tried = async (expression: string) => (await post("transformers/test", { expression, input })).json();
    expect(await tried('{ "amount": $number(price), "skus": lines.sku }')).toEqual({
      output: { amount: 12.5, skus: ["a", "b"] },
      error: null,
    });
    expect((await tried("{ 'amount': ")).error.position).toBeGreaterThan(0);
    const failed = (await tried('$number("x" & price)')).error;
    expect([failed.message, failed.position]).toEqual([expect.stringContaining("mapping failed"), 8]);
    expect((await tried('$pad("x", 500000000)')).error.message).toMatch(/ended|longer than|closed the channel/);
    expect((await tried("lines[5]")).output).toBeNull();
  });

  it("show tasks by filter, page by page, and change them one by one or together", async () => {
    const { db } = api;
    const route = await db.integrationRoute.findFirstOrThrow();
    await db.integrationEntity.createMany({
      data: [1, 2, 3, 4].map((no) => ({ incomingId: route.incomingId, entityKey: `e${no}`, updatedAt: new Date() })),
    });
    const entities = await db.integrationEntity.findMany({ orderBy: { id: "asc" } });
    await db.integrationTask.createMany({
      data: entities.map(({ id }, no) => ({
        routeId: route.id,
        entityId: id,
        status: no < 3 ? ("FAILED" as const) : ("NEW" as const),
        isHead: no === 3,
        payload: { no },
        payloadHash: "",
        payloadBytes: 8,
        createdAt: new Date(),
      })),
    });
    const list = async (query: string) => (await api.ask(at(`tasks?${query}`))).json();
    expect((await api.ask(at("task-counts"))).json().items).toEqual([
      { route: "there", status: "NEW", count: 1 },
      { route: "there", status: "FAILED", count: 3 },
    ]);
    const first = await list("status=FAILED&limit=2");
    expect(first.items.map(({ entity }: { entity: string }) => entity)).toEqual(["e3", "e2"]);
    expect((await list(`status=FAILED&limit=2&cursor=${first.nextCursor}`)).items).toHaveLength(1);
    expect((await api.ask(at(`tasks/${first.items[0].id}`))).json()).toMatchObject({
      route: "there",
      payload: { no: 2 },
    });
    expect((await post("tasks/retry", { ids: [first.items[0].id] })).json()).toEqual({ changed: 1, hasMore: false });
    expect((await post("tasks/skip", { route: "there", status: "FAILED" })).json()).toEqual({
      changed: 2,
      hasMore: false,
    });
    expect((await post("tasks/delete", { status: "SKIPPED" })).json()).toEqual({ changed: 2, hasMore: false });
    expect((await post("tasks/delete", {})).status).toBe(400);
    expect(await db.integrationTask.count({ where: { status: "NEW", isHead: true } })).toBe(2);
    const route409 = await api.send("DELETE", `${at("routes/there")}?version=1`);
    expect([route409.status, route409.json().detail]).toEqual([409, expect.stringContaining("tasks that wait")]);
  });

  it("show the runs of their jobs as processes, and one that left records behind as PARTIAL", async () => {
    const run = (no: number, task: string, problemCount: number, result: object) => ({
      id: `00000000-0000-4000-8000-00000000000${no}`,
      task,
      queue: "integration",
      origin: "MANUAL" as const,
      status: "FINISHED" as const,
      args: {},
      result,
      problemCount,
      timeoutMs: 1_000,
      maxAttempts: 1,
      createdAt: new Date(Date.now() - no * 1_000),
    });
    await api.db.run.createMany({
      data: [
        run(1, "integration.tasks.run_route", 0, { finished: 3, failed: 0 }),
        run(2, "integration.tasks.run_route", 1, { finished: 3, failed: 1 }),
        run(3, "integration.tasks.run_incoming", 0, { records: 3 }),
        run(4, "UserNotLoggedInPlatform", 0, {}),
      ],
    });
    const outcomes = async (query: string) =>
      (await api.ask(at(`processes?${query}`))).json().items.map(({ outcome }: { outcome: string }) => outcome);
    expect(await outcomes("")).toEqual(["FINISHED", "PARTIAL", "FINISHED"]);
    expect(await outcomes("job=route&limit=1")).toEqual(["FINISHED"]);
  });
});
