import { readFileSync } from "node:fs";

import { BEAT_QUEUE, TASK_QUEUES } from "@drumline/core/queue";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { type ApiUnderTest, apiUnderTest } from "../test/api-under-test.ts";
import { insertHeartbeat, insertRun, insertSchedule } from "../test/ledger-rows.ts";

describe("api", () => {
  let api: ApiUnderTest;
  beforeAll(async () => {
    api = await apiUnderTest();
    api.app.route({ method: "POST", url: "/echo", handler: (request) => Promise.resolve(request.body) });
    const scheduleId = await insertSchedule(api.db, "<b>every-ten-seconds</b>", api.clock.now());
    const dueAt = api.clock.now();
    await insertRun(api.db, { status: "FINISHED", createdAt: dueAt, scheduleId, dueAt });
    await Promise.all([insertHeartbeat(api.db, "beat"), insertHeartbeat(api.db, "worker")]);
  });
  afterAll(() => api.close());

  it("describes itself as OpenAPI 3.1 with every route and view of docs/openapi.json", async () => {
    await api.app.ready();
    const document = api.app.swagger();
    expect(document).toMatchObject({ openapi: "3.1.0" });
    const { components } = document as { components?: { schemas?: object } };
    const written = JSON.parse(readFileSync("docs/openapi.json", "utf8")) as {
      paths: object;
      components: { schemas: object };
    };
    expect(Object.keys(components!.schemas!).sort()).toEqual(Object.keys(written.components.schemas).sort());
    expect(Object.keys(document.paths!).sort()).toEqual([...Object.keys(written.paths), "/echo"].sort());
  });

  it("lists the catalogue with the JSON Schema of each task's arguments", async () => {
    const { items } = (await api.ask("/api/v1/tasks")).json();
    expect(items).toContainEqual(
      expect.objectContaining({
        name: "oms.orders.tasks.get_orders_from_omnitron",
        queue: "oms",
        entry: expect.objectContaining({ key: "get-omnitron-orders-cron", envKey: "OMNITRON_ORDERS" }),
        arguments: expect.objectContaining({ type: "object" }),
      }),
    );
  });

  it("says of every schedule when it is due next and how it went last", async () => {
    const { items } = (await api.ask("/api/v1/schedules")).json();
    expect(items).toMatchObject([
      {
        inWords: "every 10 seconds",
        nextDueAt: new Date(api.clock.now().getTime() + 10_000).toISOString(),
        lastRun: { status: "FINISHED", dueAt: api.clock.now().toISOString() },
      },
    ]);
  });

  it("counts what lies in the queues", async () => {
    await api.queues.queue("oms").add("noop", {});
    const { store, items } = (await api.ask("/api/v1/queues")).json();
    expect(store).toBe(api.queues.kind);
    expect(items).toContainEqual(
      expect.objectContaining({ name: "oms", waiting: 1, active: 0, delayed: 0, failed: 0, completed: 0 }),
    );
    expect(items.map(({ name }: { name: string }) => name)).toEqual([BEAT_QUEUE, ...TASK_QUEUES]);
  });

  it("tells Prometheus about runs, queues, processes and lateness", async () => {
    const { body, headers } = await api.ask("/metrics");
    expect(headers["content-type"]).toContain("text/plain");
    expect(body).toContain("drumline_ready 1\n");
    expect(body).toContain("drumline_oldest_lateness_seconds 0\n");
    expect(body).toContain('drumline_runs_last_hour{status="FINISHED"} 1\n');
    expect(body).toMatch(/drumline_queue_jobs\{queue="oms",state="waiting"\} \d/);
    expect(body).toMatch(/drumline_process_heartbeat_age_seconds\{kind="beat",id="beat@test:1"\} \d+\.\d/);
  });

  it.each([
    ["an unknown path", "/nope?secret=1", {}, 404, "There is no GET /nope; see /docs"],
    [
      "a body that is too large",
      "/echo",
      { method: "POST", headers: { "content-type": "application/json" }, body: `"${"x".repeat(1_100_000)}"` },
      413,
      "too large",
    ],
    [
      "a body of another kind",
      "/echo",
      { method: "POST", headers: { "content-type": "text/csv" }, body: "a,b" },
      415,
      "Unsupported Media Type",
    ],
    [
      "a body that is no JSON",
      "/echo",
      { method: "POST", headers: { "content-type": "application/json" }, body: "{" },
      400,
      "JSON",
    ],
  ] as const)("answers %s with a problem", async (_what, path, init, status, detail) => {
    const response = await api.ask(path, init);
    expect(response.status).toBe(status);
    expect(response.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
    expect(response.json()).toMatchObject({ type: "about:blank", status, instance: path.split("?")[0] });
    expect(response.json().detail).toContain(detail);
  });

  it("sends security headers and nothing about what it is built with", async () => {
    const { headers } = await api.ask("/health/live");
    expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "x-frame-options": "DENY" });
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(headers).not.toHaveProperty("x-powered-by");
    expect(headers).not.toHaveProperty("server");
  });
});
