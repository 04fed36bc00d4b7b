import { readFile } from "node:fs/promises";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { manualClock } from "@drumline/core/clock";
import { startTaskRun, type TestDatabase, testDatabase } from "@drumline/testing";

import { omsHandlers } from "../src/tasks.ts";
import { type Outside, rawCancellation, rawLocation, rawOrder, startOutside } from "./local-omnitron.ts";

const pull = omsHandlers["oms.orders.tasks.get_orders_from_omnitron"];
const plan = omsHandlers["oms.fulfilment.tasks.fulfil_waiting_orders"];
const cancel = omsHandlers["oms.orders.tasks.process_cancellation_plans"];

let store: TestDatabase;
let outside: Outside;
const clock = manualClock(new Date("2026-11-20T12:00:00Z"));
beforeAll(async () => {
  [store, outside] = await Promise.all([testDatabase(), startOutside()]);
});
afterAll(async () => {
  await Promise.all([store.close(), outside.close()]);
});

const begin = (task: string) => startTaskRun(store.db, outside.gateways(), { clock, run: { task } });
const openProblems = async (source: string) =>
  (await store.db.problem.findMany({ where: { subjectType: source, closedAt: null } })).map(
    ({ subjectKey }) => subjectKey,
  );

describe("what the database refuses of a batch", () => {
  it("leaves one order unplanned and one plan not carried out, and stands as a problem until they get by", async () => {
    outside.locations.push(rawLocation(1, "A"));
    outside.orders.push(...Array.from({ length: 9 }, (_, index) => rawOrder(index + 1)));
    outside.stock = Object.fromEntries(outside.orders.map(({ pk }) => [`sku-${String(pk)}`, { A: 5 }]));
    await pull(begin("pull").context);
    await store.db.$executeRaw`ALTER TABLE package ADD CONSTRAINT no_evil CHECK (number NOT LIKE 'R4P%')`;

    const planning = begin("planning");
    expect(await plan(planning.context)).toMatchObject({ orders: 8 });
    expect(planning.problems).toEqual([
      { recordId: "order R4", error: expect.stringMatching(/^it cannot be stored: .*no_evil.*SQLSTATE 23514/) },
    ]);
    expect(await openProblems("planning")).toEqual(["order R4"]);
    expect(await store.db.order.count({ where: { claimedBy: { not: null } } })).toBe(0);

    clock.advance(60_000);
    expect(await plan(begin("planning").context)).toMatchObject({ orders: 0 });
    expect(await openProblems("planning")).toEqual(["order R4"]);

    await store.db.$executeRaw`ALTER TABLE package DROP CONSTRAINT no_evil`;
    clock.advance(60_000);
    expect(await plan(begin("planning").context)).toMatchObject({ orders: 1 });
    expect(await openProblems("planning")).toEqual([]);

    outside.cancellations.push(...[1, 2, 3].map((pk) => rawCancellation(7_000 + pk, `R${pk}`, [[pk, 1]])));
    await pull(begin("pull").context);
    await store.db
      .$executeRaw`ALTER TABLE package ADD CONSTRAINT stays CHECK (number <> 'R2P1' OR state <> 'CANCELLED')`;
    const cancelling = begin("cancelling");
    expect(await cancel(cancelling.context)).toMatchObject({ plans: 2, completed: 2 });
    expect(cancelling.problems).toMatchObject([{ recordId: "cancellation plan 7002" }]);
    const [refused] = await store.db.cancellationPlan.findMany({ where: { status: "WAITING" } });
    expect(refused).toMatchObject({
      omnitronId: 7_002n,
      attempts: 1,
      claimedBy: null,
      lastError: expect.stringContaining("stays"),
    });
    expect(await openProblems("cancelling")).toEqual(["cancellation plan 7002"]);
  });

  it("is found under names that people know also where it was kept under ids of ours", async () => {
    const [first, second] = await store.db.cancellationPlan.findMany({ orderBy: { id: "asc" }, take: 2 });
    await store.db.cancellationPlan.update({ where: { id: first!.id }, data: { omnitronId: second!.id } });
    const order = await store.db.order.findUniqueOrThrow({ where: { number: "R5" } });
    const keys = [first!.id, second!.id].map((id) => `cancellation plan ${id}`);
    await store.db.problem.createMany({
      data: [...keys, `order ${order.id}`].map((subjectKey) => ({
        context: "oms",
        kind: "REFUSED_BY_DATABASE",
        subjectType: "kept before",
        subjectKey,
        severity: "ERROR" as const,
        reason: "it cannot be stored",
        cure: "none",
        openedAt: clock.now(),
        lastSeenAt: clock.now(),
      })),
    });
    const migration = "../../../prisma/migrations/20261126195302_refusals_by_names_people_know/migration.sql";
    for (const statement of (await readFile(new URL(migration, import.meta.url), "utf8")).split(/;\n/))
      if (statement.trim() !== "") await store.db.$executeRawUnsafe(statement);
    expect((await openProblems("kept before")).toSorted()).toEqual(
      [`cancellation plan ${second!.id}`, `cancellation plan ${second!.omnitronId}`, "order R5"].toSorted(),
    );
  });

  it("of Omnitron's error page does not keep the other messages back", async () => {
    let isFirst = true;
    outside.intercept = (request, response) => {
      if (!request.url!.endsWith("/status") || !isFirst) return false;
      isFirst = false;
      response.writeHead(400).end(`no\0 ${"x".repeat(199)}😀`);
      return true;
    };
    const waiting = await store.db.omnitronMessage.count({ where: { sentAt: null } });
    clock.advance(3_600_000);
    await pull(begin("pull").context);
    const refused = await store.db.omnitronMessage.findMany({ where: { sentAt: null, attempts: { gt: 0 } } });
    expect(await store.db.omnitronMessage.count({ where: { sentAt: null } })).toBeLessThan(waiting);
    expect(refused).toMatchObject([{ attempts: 1, lastError: expect.stringContaining("400") }]);
  });
});
