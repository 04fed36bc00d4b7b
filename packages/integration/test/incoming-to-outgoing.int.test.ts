import { Cancel } from "@drumline/core/task";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { type TwoSystems, twoSystems } from "./two-systems.ts";

describe("an incoming configuration and its routes", () => {
  let systems: TwoSystems;
  beforeAll(async () => {
    systems = await twoSystems();
  });
  afterAll(() => systems.close());

  const orders = (from: number, to: number) =>
    [...Array(to - from).keys()].map((place) => ({ id: from + place, total: `${from + place}.50` }));

  it("takes every record of every page to each route once, and goes on where it stopped", async () => {
    const { other, db } = systems;
    const incoming = await systems.addIncoming("orders", {
      kind: "http",
      url: `${other.url}/orders`,
      records: "records",
      entity: "id",
      pageSize: 50,
      paging: { kind: "cursor" },
    });
    const erp = await systems.addRoute("erp", incoming, {
      expressions: ['{ "number": id, "amount": total }', "$merge([$, { 'source': 'shop' }])"],
    });
    const mail = await systems.addRoute("mail", incoming);
    other.pages = (query) => {
      const from = Number(query.get("cursor") ?? 0);
      const to = Math.min(120, from + Number(query.get("limit")));
      return { records: orders(from, to), next_cursor: String(to), has_more: to < 120 };
    };
    const first = await systems.run("integration.tasks.run_incoming", { incoming: "orders" });
    expect(first.result).toMatchObject({ pages: 3, records: 120, tasks: 240, failed: 0 });
    expect(await systems.statuses(erp)).toEqual({ NEW: 120 });
    const sent = await systems.run("integration.tasks.run_route", { route: "erp" });
    expect(sent.result).toMatchObject({ finished: 120, failed: 0, waiting: 0 });
    expect(await systems.statuses(erp)).toEqual({ FINISHED: 120 });
    expect(await systems.statuses(mail)).toEqual({ NEW: 120 });
    expect(new Set(other.received.map(({ key }) => key)).size).toBe(120);
    expect(other.received[0]).toMatchObject({ path: "/erp", body: { number: 0, amount: "0.50", source: "shop" } });

    expect((await systems.run("integration.tasks.run_incoming", { incoming: "orders" })).result).toMatchObject({
      tasks: 0,
    });
    expect((await db.integrationCursor.findUnique({ where: { incomingId: incoming } }))!.position).toEqual({
      cursor: "120",
    });
  });

  it("takes the next so many tasks, oldest first, as the run's limit says: a thousand in ten runs of a hundred", async () => {
    const incoming = await systems.addIncoming("thousand", { kind: "webhook" });
    const route = await systems.addRoute("thousand", incoming, { parallel: 50 });
    await systems.addTasks(route, incoming, 1_000);
    systems.other.received.length = 0;
    for (let run = 1; run <= 10; run += 1) {
      const { result } = await systems.run("integration.tasks.run_route", { route: "thousand" }, { limit: 100 });
      expect(result).toMatchObject({ finished: 100, endedEarly: "LIMIT", waiting: 1_000 - run * 100 });
      const numbers = systems.other.received.map(({ body }) => Number(body["no"]));
      expect(Math.max(...numbers)).toBe(run * 100);
    }
    expect(await systems.statuses(route)).toEqual({ FINISHED: 1_000 });
  });

  it("has nothing to do for a job whose configuration is gone or switched off", async () => {
    await expect(systems.run("integration.tasks.run_route", { route: "nobody" })).rejects.toThrow(Cancel);
    await systems.db.integrationIncoming.update({ where: { identifier: "thousand" }, data: { isDisabled: true } });
    await expect(systems.run("integration.tasks.run_incoming", { incoming: "thousand" })).rejects.toThrow(
      /is disabled/,
    );
  });
});
