import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { type TwoSystems, twoSystems } from "./two-systems.ts";

const CHILD = fileURLToPath(new URL("children/work-until-killed.ts", import.meta.url));
/** While so many pages more are read, and then while so many requests more are under way. */
const KILLS = [
  ...[2, 9].map((pages) => ({ pages, requests: Number.POSITIVE_INFINITY })),
  ...[1, 80, 150, 151, 220, 300].map((requests) => ({ pages: Number.POSITIVE_INFINITY, requests })),
];
const RECORDS = 2_000;
const ENTITIES = 150;

describe("reading and sending, killed with SIGKILL again and again", () => {
  let systems: TwoSystems;
  beforeAll(async () => {
    systems = await twoSystems();
  });
  afterAll(() => systems.close());

  it("brings every record to an endpoint that dedupes once in effect and in the order of its entity, and leaves nothing", async () => {
    const { other, db, url } = systems;
    const source = {
      kind: "http",
      url: `${other.url}/feed`,
      records: "records",
      entity: "entity",
      pageSize: 100,
      paging: { kind: "cursor" },
    };
    const incoming = await systems.addIncoming("killed", source);
    const route = await systems.addRoute("killed", incoming, { maxAttempts: 10, parallel: 10, expressions: ["$"] });
    let until = { pages: Number.POSITIVE_INFINITY, requests: Number.POSITIVE_INFINITY };
    let reach: () => void = () => {};
    other.pages = (query) => {
      if ((until.pages -= 1) === 0) reach();
      const from = Number(query.get("cursor") ?? 0);
      const to = Math.min(RECORDS, from + 100);
      const records = [...Array(to - from).keys()].map((place) => ({
        entity: (from + place) % ENTITIES,
        no: from + place,
      }));
      return { records, next_cursor: String(to), has_more: to < RECORDS };
    };
    const taken = new Map<string, number>();
    const orderOf = new Map<number, number[]>();
    other.answer = (request, response, body) => {
      const key = String(request.headers["idempotency-key"]);
      const { entity, no } = JSON.parse(body) as { entity: number; no: number };
      if (!taken.has(key)) orderOf.set(entity, [...(orderOf.get(entity) ?? []), no]);
      taken.set(key, (taken.get(key) ?? 0) + 1);
      // One is taken and never answered: its sender is killed while it waits.
      if ((until.requests -= 1) > 0) setTimeout(() => response.end("{}"), 3);
      else reach();
    };
    for (const kill of KILLS) {
      until = { ...kill };
      const reached = new Promise<void>((resolve) => (reach = resolve));
      const child = spawn(process.execPath, ["--import", "tsx", CHILD, url, new URL(other.url).host, "killed"], {
        stdio: ["ignore", "ignore", "inherit"],
      });
      const exited = once(child, "exit");
      await reached;
      child.kill("SIGKILL");
      await exited;
      await db.$executeRaw`UPDATE integration_task SET claimed_until = now() - interval '1 second' WHERE status = 'PROCESSING'`;
      await db.$executeRaw`UPDATE integration_cursor SET claimed_until = now() - interval '1 second'`;
      await systems.run("integration.tasks.repair_stuck_tasks", {}, { settings: { integrationStuckMinutes: 0 } });
    }
    until = { pages: Number.POSITIVE_INFINITY, requests: Number.POSITIVE_INFINITY };
    await systems.run("integration.tasks.run_incoming", { incoming: "killed" });
    await systems.run("integration.tasks.run_route", { route: "killed" });
    expect(await systems.statuses(route)).toEqual({ FINISHED: RECORDS });
    expect(taken.size).toBe(RECORDS);
    for (const numbers of orderOf.values()) expect(numbers).toEqual(numbers.toSorted((left, right) => left - right));
    expect(await db.integrationTask.count({ where: { isHead: true } })).toBe(0);
    // What was under way when it died was sent again.
    expect([...taken.values()].filter((times) => times > 1).length).toBeGreaterThanOrEqual(6);
  }, 600_000);
});
