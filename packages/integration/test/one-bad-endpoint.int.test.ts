import { systemClock } from "@drumline/core/clock";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { type TwoSystems, twoSystems } from "./two-systems.ts";

describe("a route", () => {
  let systems: TwoSystems;
  beforeAll(async () => {
    systems = await twoSystems();
  });
  afterAll(() => systems.close());

  it("whose endpoint hangs, asks for silence or refuses our credentials is paused alone, and its tasks lose nothing", async () => {
    const { db, other } = systems;
    const incoming = await systems.addIncoming("many", { kind: "webhook" });
    const target = (path: string) => ({
      kind: "http",
      url: `${other.url}/${path}`,
      method: "POST",
      timeoutMs: path === "hanging" ? 300 : 20_000,
    });
    const routes = ["good", "hanging", "busy", "locked"];
    const ids = new Map<string, bigint>();
    for (const name of routes) {
      ids.set(name, await systems.addRoute(name, incoming, { target: target(name), parallel: 4 }));
      await systems.addTasks(ids.get(name)!, incoming, 100);
    }
    other.answer = (request, response) => {
      if (request.url === "/good") return response.end("{}");
      if (request.url === "/busy") return response.writeHead(429, { "retry-after": "60" }).end();
      if (request.url === "/locked") return response.writeHead(401).end();
      return undefined;
    };
    const runs = await Promise.all(routes.map((route) => systems.run("integration.tasks.run_route", { route })));
    expect(runs.map(({ result }) => result["endedEarly"])).toEqual([null, "PAUSED", "PAUSED", "PAUSED"]);
    expect(await systems.statuses(ids.get("good")!)).toEqual({ FINISHED: 100 });
    for (const name of routes.slice(1)) {
      const { NEW = 0, RETRY = 0, ...others } = await systems.statuses(ids.get(name)!);
      expect([NEW + RETRY, others]).toEqual([100, {}]);
      expect(RETRY).toBeLessThanOrEqual(8);
      expect(await db.integrationRoute.findUnique({ where: { identifier: name } })).toMatchObject({ pauses: 1 });
    }
    const asked = other.received.length;
    expect((await systems.run("integration.tasks.run_route", { route: "busy" })).result).toMatchObject({
      endedEarly: "PAUSED",
    });
    expect(other.received).toHaveLength(asked);
    const told = () => db.problem.findMany({ where: { kind: "ROUTE_PAUSED" }, orderBy: { subjectKey: "asc" } });
    expect((await told()).map(({ subjectKey, closedAt }) => [subjectKey, closedAt])).toEqual([["locked", null]]);

    // Its third pause in a row is told too, and both end with the first task that is taken.
    for (let pause = 2; pause <= 3; pause++) {
      await db.integrationRoute.updateMany({ data: { pausedUntil: null } });
      await systems.run("integration.tasks.run_route", { route: "busy" });
    }
    expect((await told()).map(({ subjectKey }) => subjectKey)).toEqual(["busy", "locked"]);
    other.answer = null;
    await db.integrationTask.updateMany({ data: { nextAt: null } });
    await db.integrationRoute.updateMany({ data: { pausedUntil: null } });
    for (const route of ["busy", "locked"]) await systems.run("integration.tasks.run_route", { route });
    expect((await told()).every(({ closedAt }) => closedAt !== null)).toBe(true);
    expect(
      await db.integrationRoute.count({ where: { pauses: { gt: 0 }, identifier: { in: ["busy", "locked"] } } }),
    ).toBe(0);
  });

  it("ends by its time and says why, where no number of tasks is set", async () => {
    const incoming = await systems.addIncoming("slow", { kind: "webhook" });
    const route = await systems.addRoute("slow", incoming, { parallel: 1 });
    await systems.addTasks(route, incoming, 200);
    systems.other.answer = (_request, response) => void setTimeout(() => response.end("{}"), 100);
    const { result } = await systems.run(
      "integration.tasks.run_route",
      { route: "slow" },
      { settings: { integrationRunSeconds: 1 } },
    );
    expect(result["endedEarly"]).toBe("TIME");
    expect(await systems.statuses(route)).not.toHaveProperty("PROCESSING");
  });

  it("fails the guilty task alone, whatever its transformer does to the process that evaluates it", async () => {
    const incoming = await systems.addIncoming("hostile", { kind: "webhook" });
    const route = await systems.addRoute("hostile", incoming, {
      expressions: [
        'no = 7 ? $length($pad("x", 500000000)) : no = 9 ? ($f := function(){ $f() }; $f()) : no = 11 ? $error("no") : no = 13 ? [][0] : $',
      ],
    });
    await systems.addTasks(route, incoming, 40);
    systems.other.answer = null;
    const { result, problems } = await systems.run("integration.tasks.run_route", { route: "hostile" });
    expect(result).toMatchObject({ finished: 36, failed: 3, skipped: 1 });
    expect(problems).toHaveLength(3);
    expect(problems.every(({ error }) => error.includes("transformer hostile-0"))).toBe(true);
  });

  it("that is real-time sends right after the commit of its incoming", async () => {
    const { other } = systems;
    const incoming = await systems.addIncoming("live", {
      kind: "http",
      url: `${other.url}/live`,
      records: "records",
      entity: "id",
      pageSize: 10,
      paging: { kind: "cursor" },
    });
    await systems.addRoute("live", incoming, { isRealTime: true });
    await systems.addRoute("later", incoming);
    other.answer = null;
    for (let no = 0; no < 5; no += 1) {
      other.pages = () => ({ records: [{ id: no }], next_cursor: String(no), has_more: false });
      const { result } = await systems.run(
        "integration.tasks.run_incoming",
        { incoming: "live" },
        { clock: systemClock },
      );
      expect(result).toMatchObject({ tasks: 2, sent: 1 });
      expect(other.received.filter(({ path }) => path === "/live")).toHaveLength(no + 1);
    }
    expect(other.received.filter(({ path }) => path === "/later")).toHaveLength(0);
  });
});
