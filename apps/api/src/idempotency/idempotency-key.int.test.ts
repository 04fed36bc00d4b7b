import { MINUTE_MS, SECOND_MS } from "@drumline/core/clock";
import { createSchedule, createToken, reserveKey, saveAnswer } from "@drumline/engine";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { ADMIN_TOKEN, askServer, ordinaryParts } from "../../test/api-under-test.ts";
import { storeWaitingPackage } from "../../test/oms-rows.ts";
import { scheduledTasks } from "../../test/scheduled-tasks.ts";
import { nightly, type SchedulesUnderTest, schedulesUnderTest } from "../../test/schedules-under-test.ts";
import { buildServer } from "../server.ts";
import { parseIdempotencyKey } from "./idempotency-key.ts";

describe("Idempotency-Key", () => {
  let api: SchedulesUnderTest;
  beforeAll(async () => {
    api = await schedulesUnderTest();
    for (const key of ["a", "b", "crashed", "faulty", "paused", "raced"])
      await api.create(key, { task: "UserNotLoggedInPlatform", args: { platform: key } });
  });
  afterAll(() => api.close());

  const post = (path: string, key: string, body?: object, token = ADMIN_TOKEN) =>
    api.ask(path.startsWith("/") ? path : `/api/v1/schedules/${path}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        "idempotency-key": key,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const reserve = async (key: string, path: string, body: object | null = null) => {
    const request = { actor: "API_ADMIN_TOKEN", key, route: `POST ${path}`, body };
    const state = await reserveKey(api.db, request, api.clock.now());
    if (state.kind !== "reserved") throw new Error(state.kind);
    return state.reservation;
  };

  it("is answered the second time as the first, word for word, and nothing is done again", async () => {
    const first = await post("a/run", '"start a"', { limit: 3 });
    const second = await post("a/run", '"start a"', { limit: 3 });
    expect([first.status, first.headers["idempotency-replayed"]]).toEqual([202, undefined]);
    expect([second.status, second.headers["idempotency-replayed"], second.body]).toEqual([202, "true", first.body]);
    for (const name of ["location", "content-type", "content-security-policy"])
      expect(second.headers[name]).toBe(first.headers[name]);
    expect(await api.db.run.count({ where: { schedule: { key: "a" } } })).toBe(1);
  });

  it("is answered so as well where the first answer was a refusal, or had no body", async () => {
    const version = { version: 7 };
    const refused = await post("paused/resume", "resume", version);
    expect([refused.status, refused.json().code]).toEqual([409, "SCHEDULE_CHANGED"]);
    await api.db.schedule.update({ where: { key: "paused" }, data: version });
    const again = await post("paused/resume", "resume", version);
    expect([again.status, again.headers["content-type"], again.body]).toEqual([
      409,
      "application/problem+json; charset=utf-8",
      refused.body,
    ]);
    const { id } = await api.db.userAuditCycle.create({
      data: {
        auditType: "UserNoLongerInPlatform",
        platform: "EU",
        runId: crypto.randomUUID(),
        status: "HELD",
        listed: 1,
        ofPlatform: 1,
        inView: 1,
        startedAt: new Date(),
        completedAt: new Date(),
      },
    });
    const confirm = `/api/v1/user-audits/cycles/${id}/confirm`;
    expect((await post(confirm, "confirm")).status).toBe(204);
    const confirmed = await post(confirm, "confirm");
    expect([confirmed.status, confirmed.body, confirmed.headers["idempotency-replayed"]]).toEqual([204, "", "true"]);
  });

  it("stands for one request: another body, or another path, is refused with 422 and does nothing", async () => {
    expect((await post("b/pause", "one", { reason: "stocktaking" })).status).toBe(200);
    for (const other of [
      await post("b/pause", "one", { reason: "another" }),
      await post("a/pause", "one", { reason: "stocktaking" }),
      await post("b/resume", "one"),
    ])
      expect([other.status, other.json().code]).toEqual([422, "IDEMPOTENCY_KEY_REUSED"]);
    expect((await api.ask("/api/v1/schedules/b")).json().paused).toMatchObject({ reason: "stocktaking" });
  });

  it("compares bodies by what they say, not by the order they say it in", async () => {
    const body = { key: "ordered", task: "RefundUpdates", crontab: "0 3 * * *" };
    const first = await post("/api/v1/schedules", "ordered", body);
    const second = await post("/api/v1/schedules", "ordered", Object.fromEntries(Object.entries(body).toReversed()));
    expect([first.status, second.status, second.body]).toEqual([201, 201, first.body]);
  });

  it("belongs to the token that sends it", async () => {
    const grace = await createToken(api.db, "Grace", "operator");
    const mine = await post("a/dry-run", "shared");
    const hers = await post("a/dry-run", "shared", undefined, grace);
    expect([mine.status, hers.headers["idempotency-replayed"]]).toEqual([202, undefined]);
  });

  it("lets one of several that come at once do the work; the others hear 409 until it is answered", async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => post("raced/run", "race")));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 202 || status === 409)).toHaveLength(6);
    const fresh = answers.filter(
      ({ status, headers }) => status === 202 && headers["idempotency-replayed"] === undefined,
    );
    expect(fresh).toHaveLength(1);
    for (const { headers, json } of answers.filter(({ status }) => status === 409))
      expect([headers["retry-after"], json().code]).toEqual(["1", "IDEMPOTENCY_KEY_IN_USE"]);
    expect(await api.db.run.count({ where: { schedule: { key: "raced" } } })).toBe(1);
  });

  it("is kept for two minutes for a request that died, and then the run that one made is found", async () => {
    const path = "/api/v1/schedules/crashed/run";
    const { id } = await reserve("died", path);
    const { id: scheduleId } = (await api.ask("/api/v1/schedules/crashed")).json();
    await api.db.run.create({
      data: {
        id,
        scheduleId,
        task: "UserNotLoggedInPlatform",
        queue: "ecomnow",
        origin: "MANUAL",
        status: "FINISHED",
        timeoutMs: 60_000n,
      },
    });
    expect((await post(path, "died")).status).toBe(409);
    api.clock.advance(2 * MINUTE_MS - 1);
    expect((await post(path, "died")).status).toBe(409);
    api.clock.advance(1);
    const answer = await post(path, "died");
    expect([answer.status, answer.json()]).toEqual([202, { runId: id, started: true }]);
    expect(await api.db.run.count({ where: { scheduleId } })).toBe(1);
    expect((await post(path, "died")).headers["idempotency-replayed"]).toBe("true");
  });

  it("finds the schedule that a request made before it died", async () => {
    const body = nightly("half-done");
    const { id } = await reserve("half", "/api/v1/schedules", body);
    const context = { db: api.db, clock: api.clock, tasks: scheduledTasks, who: "API_ADMIN_TOKEN" };
    await createSchedule(context, "half-done", { task: "RefundUpdates", crontab: "0,3,*,*,*" }, id);
    api.clock.advance(2 * MINUTE_MS);
    const answer = await post("/api/v1/schedules", "half", body);
    expect([answer.status, answer.json().id]).toEqual([201, id]);
    expect(await api.changesOf("half-done")).toHaveLength(1);
    expect((await post("/api/v1/schedules", "another", body)).json()).toMatchObject({ code: "SCHEDULE_EXISTS" });
  });

  it("takes no answer from a request that was overtaken", async () => {
    const path = "/api/v1/schedules/a/resume";
    const slow = await reserve("slow", path);
    api.clock.advance(2 * MINUTE_MS);
    expect((await reserve("slow", path)).attempt).toBe(2);
    await saveAnswer(api.db, slow, { status: 200, headers: {}, body: "{}" });
    expect((await post(path, "slow")).status).toBe(409);
  });

  it("may be sent again at once after a fault, and then the run that was made in spite of it is found", async () => {
    const queues = {
      ...api.queues,
      queue: () => ({ addBulk: () => Promise.reject(new Error("Redis is away")) }) as never,
    };
    const { db, clock } = api;
    const faulty = await buildServer({ ...ordinaryParts, tasks: scheduledTasks, db, clock, queues });
    const path = "/api/v1/schedules/faulty/run";
    const fault = await askServer(faulty, path, { method: "POST", headers: { "idempotency-key": "f" } });
    expect(fault.status).toBe(500);
    const { id } = await api.db.run.findFirstOrThrow({ where: { schedule: { key: "faulty" } } });
    const answer = await post(path, "f");
    expect([answer.status, answer.json()]).toEqual([202, { runId: id, started: true }]);
    await faulty.close();
  });

  it("is free for the corrected request when the first one had the wrong form", async () => {
    expect((await post("a/pause", "typo", { raison: "x" })).status).toBe(400);
    expect((await post("a/pause", "typo", { reason: "x" })).status).toBe(200);
  });

  it("is taken by commands of stores too, and passed over where a wire contract has ids of its own", async () => {
    const { number } = await storeWaitingPackage(api.db);
    const path = `/api/v1/oms/packages/${number}/command`;
    const command = { command: "PREPARE_PACKAGE_COMMAND" };
    expect((await post(path, "prepare", command)).json()).toMatchObject({ state: "PREPARING", version: 2 });
    expect((await post(path, "prepare", command)).json()).toMatchObject({ state: "PREPARING", version: 2 });
    await post("/whisperer/hooks", "hook", { target_url: "https://example.com/", event_type: "package.created" });
    expect(await api.db.idempotencyKey.count({ where: { key: "hook" } })).toBe(0);
  });

  it("says in the document which routes take it", async () => {
    await api.app.ready();
    const { paths } = api.app.swagger() as { paths: Record<string, { post?: { parameters?: { name: string }[] } }> };
    const without = Object.entries(paths).filter(
      ([, { post: operation }]) =>
        operation !== undefined && !operation.parameters?.some(({ name }) => name === "Idempotency-Key"),
    );
    // Others' wire contracts, answers with a token that is told once or a cookie, passwords, signed callbacks and forms of mails, a question that changes nothing, and a file whose lines have references of their own.
    expect(without.map(([path]) => path).toSorted()).toEqual([
      "/api/v1/oms/cancellation_plan",
      "/api/v1/oms/orders",
      "/api/v1/schedules/validate",
      "/api/v1/session",
      "/api/v1/session/link",
      "/api/v1/shop/mail-reports",
      "/api/v1/shop/movements/csv",
      "/api/v1/tokens",
      "/api/v1/tokens/{id}/rotate",
      "/api/v1/users",
      "/api/v1/users/{id}/link",
      "/api/v1/webhook-sources",
      "/api/v1/webhook-sources/{id}/rotate-token",
      "/shop/confirm",
      "/shop/unsubscribe",
      "/webhooks/in/{token}",
      "/webhooks/payments/{provider}",
      "/whisperer/hooks",
    ]);
  });

  it.each(['""', '"', "a b", '"a', "a,b", '"é"', `"${"x".repeat(256)}"`])("refuses %j as a key", async (key) => {
    expect(() => parseIdempotencyKey(key)).toThrow(/Idempotency-Key holds no key/);
  });

  it("is the same in quotes as without", () => {
    expect(['"a-1"', "a-1", ' "a-1" '].map(parseIdempotencyKey)).toEqual(["a-1", "a-1", "a-1"]);
    expect(parseIdempotencyKey(String.raw`"say \"a\" \\"`)).toBe(String.raw`say "a" \ `.trim());
  });

  it("answers 400 for a header that holds no key, and does nothing", async () => {
    api.clock.advance(SECOND_MS);
    const answer = await post("a/disable", '"');
    expect([answer.status, answer.json().code]).toEqual([400, "INVALID_IDEMPOTENCY_KEY"]);
    expect((await api.ask("/api/v1/schedules/a")).json().enabled).toBe(true);
  });
});
