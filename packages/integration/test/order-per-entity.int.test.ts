import { manualClock, MINUTE_MS } from "@drumline/core/clock";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { changeTasks } from "../src/tasks/change-tasks.sql.ts";
import { AT, type TwoSystems, twoSystems } from "./two-systems.ts";

describe("tasks of one entity", () => {
  let systems: TwoSystems;
  beforeAll(async () => {
    systems = await twoSystems();
  });
  afterAll(() => systems.close());
  beforeEach(() => {
    systems.other.received.length = 0;
    systems.other.answer = null;
  });

  /** What was taken of each entity, by the first time of each key. */
  const takenByEntity = (isTaken: (key: string) => boolean) => {
    const taken = new Map<string, number[]>();
    const keys = new Set<string>();
    for (const { key, body } of systems.other.received) {
      if (keys.has(key) || !isTaken(key)) continue;
      keys.add(key);
      const entity = String(body["key"]);
      taken.set(entity, [...(taken.get(entity) ?? []), Number(body["no"])]);
    }
    return taken;
  };

  it("arrive in order, however many runs send them and whatever the endpoint answers, each once in effect", async () => {
    const incoming = await systems.addIncoming("flaky", { kind: "webhook" });
    const route = await systems.addRoute("flaky", incoming, { maxAttempts: 10, parallel: 10 });
    await systems.addTasks(route, incoming, 120, (no) => (no % 3 === 0 ? "hot" : `entity ${no % 12}`));
    const taken = new Set<string>();
    let asked = 0;
    systems.other.answer = (request, response) => {
      const key = String(request.headers["idempotency-key"]);
      asked += 1;
      if (asked % 7 === 0) return response.writeHead(429, { "retry-after": "1" }).end();
      if (asked % 5 === 0) return response.writeHead(503).end();
      taken.add(key);
      // The answer is lost: it was taken all the same.
      if (asked % 11 === 0) return request.socket.destroy();
      return response.end("{}");
    };
    for (let round = 0; round < 80 && taken.size < 120; round += 1) {
      const clock = manualClock(new Date(AT.getTime() + round * 61 * MINUTE_MS));
      await Promise.all(
        [1, 2, 3].map(() => systems.run("integration.tasks.run_route", { route: "flaky" }, { clock, limit: 40 })),
      );
    }
    await systems.run(
      "integration.tasks.run_route",
      { route: "flaky" },
      { clock: manualClock(new Date(AT.getTime() + 100 * 61 * MINUTE_MS)) },
    );
    expect(taken.size).toBe(120);
    for (const numbers of takenByEntity((key) => taken.has(key)).values())
      expect(numbers).toEqual(numbers.toSorted((left, right) => left - right));
    expect(Object.keys(await systems.statuses(route))).not.toContain("PROCESSING");
  });

  it("wait behind a failed one where the route says so, until it is retried, skipped or deleted; else they go on", async () => {
    const { db, other } = systems;
    const incoming = await systems.addIncoming("failing", { kind: "webhook" });
    const next = await systems.addRoute("next", incoming);
    const block = await systems.addRoute("block", incoming, { onFailed: "BLOCK" });
    for (const route of [next, block]) await systems.addTasks(route, incoming, 3, () => "one");
    other.answer = (_request, response, body) =>
      response.writeHead((JSON.parse(body) as { no: number }).no === 1 ? 422 : 200).end("{}");
    for (const route of ["next", "block"]) await systems.run("integration.tasks.run_route", { route });
    expect(await systems.statuses(next)).toEqual({ FAILED: 1, FINISHED: 2 });
    expect(await systems.statuses(block)).toEqual({ FAILED: 1, NEW: 2 });

    const by = { by: "a test", at: AT };
    // A later version of the entity was taken: the failed one would undo it.
    expect(await changeTasks(db, "retry", { route: "next", status: "FAILED" }, by)).toMatchObject({
      changed: 0,
      hasMore: false,
    });
    expect(await changeTasks(db, "retry", { route: "block", status: "FAILED" }, by)).toMatchObject({
      changed: 1,
      hasMore: false,
    });
    await systems.run("integration.tasks.run_route", { route: "block" });
    expect(await systems.statuses(block)).toEqual({ FAILED: 1, NEW: 2 });
    expect((await changeTasks(db, "skip", { route: "block", status: "FAILED" }, by)).changed).toBe(1);
    await systems.run("integration.tasks.run_route", { route: "block" });
    expect(await systems.statuses(block)).toEqual({ SKIPPED: 1, FINISHED: 2 });
  });

  it("are begun again when their worker died, not while it lives, and FAILED when it dies each time", async () => {
    const { db } = systems;
    const incoming = await systems.addIncoming("dying", { kind: "webhook" });
    const route = await systems.addRoute("dying", incoming, { maxAttempts: 2 });
    await systems.addTasks(route, incoming, 4, (no) => (no < 3 ? `entity ${no}` : "third"));
    const hold = async (claimedUntil: Date, attempts: number, entity: string) => {
      const { id } = await db.integrationTask.findFirstOrThrow({
        where: { routeId: route, isHead: true, entity: { entityKey: entity } },
      });
      const since = new Date(Date.now() - 61 * MINUTE_MS);
      const data = {
        status: "PROCESSING" as const,
        attempts,
        claimedBy: crypto.randomUUID(),
        claimedUntil,
        processingSince: since,
      };
      await db.integrationTask.update({ where: { id }, data });
    };
    await hold(new Date(Date.now() + MINUTE_MS), 1, "entity 1");
    await hold(new Date(Date.now() - MINUTE_MS), 1, "entity 2");
    await hold(new Date(Date.now() - MINUTE_MS), 2, "third");
    // A worker's own clock decides nothing.
    const clock = manualClock(new Date(Date.now() + 5 * MINUTE_MS));
    const { result } = await systems.run("integration.tasks.repair_stuck_tasks", {}, { clock });
    expect(result).toMatchObject({ renewed: 1, failed: 1 });
    expect(await systems.statuses(route)).toEqual({ PROCESSING: 1, NEW: 2, FAILED: 1 });
    expect(await db.integrationTask.count({ where: { routeId: route, status: "NEW", isHead: true } })).toBe(2);

    await db.$executeRaw`UPDATE integration_task SET is_head = false WHERE status = 'NEW' AND route_id = ${route}`;
    expect((await systems.run("integration.tasks.repair_stuck_tasks", {})).result).toMatchObject({ headsRaised: 2 });
  });

  it("are found again by no claim that reads what has ended: pruned, or 3,000 of one entity before it", async () => {
    const { db } = systems;
    const incoming = await systems.addIncoming("old", { kind: "webhook" });
    const route = await systems.addRoute("old", incoming, { parallel: 50 });
    await systems.addTasks(route, incoming, 60, () => "hot");
    expect((await systems.run("integration.tasks.run_route", { route: "old" })).result).toMatchObject({ finished: 60 });
    const numbers = systems.other.received.map(({ body }) => body["no"]);
    expect(numbers).toEqual([...numbers].toSorted((left, right) => Number(left) - Number(right)));
    const clock = manualClock(new Date(AT.getTime() + 31 * 24 * 60 * MINUTE_MS));
    const kept = await systems.run(
      "integration.tasks.prune_tasks",
      { routes: ["old"], maxTasks: 10, maxAgeDays: 3_000 },
      { clock },
    );
    expect(kept.result).toMatchObject({ deleted: 50 });
    expect((await systems.run("integration.tasks.prune_tasks", { routes: ["old"] }, { clock })).result).toMatchObject({
      deleted: 10,
    });
    expect(await db.integrationTask.count({ where: { routeId: route } })).toBe(0);
  });
});
