import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { enums, Prisma } from "@drumline/db";
import { testDatabase, type TestDatabase } from "@drumline/testing";

import { AT, storePackages } from "../../test/stored-packages.ts";
import { findBrokenInvariants } from "../invariants.sql.ts";
import { applyTransitions } from "./apply-transitions.ts";
import type { StateChange } from "./check-changes.ts";
import { packageRules, type PackageState } from "./transition-rules.ts";

let store: TestDatabase;
beforeAll(async () => {
  store = await testDatabase();
});
afterAll(async () => {
  await store.close();
});

const apply = (changes: readonly StateChange[]) =>
  store.db.$transaction((tx) => applyTransitions(tx, changes, new Date(AT.getTime() + 1_000)));

describe("every package command in every state", () => {
  it("does what the table says, and breaks no invariant", async () => {
    const cases = Object.entries(packageRules).flatMap(([command, rule]) =>
      Object.values(enums.PackageState).flatMap((state) => rule.to.map((to) => ({ command, rule, state, to }))),
    );
    const stored = await storePackages(
      store.db,
      cases.map(({ state, to }) => ({ state, stateBefore: to })),
    );
    // A hold without a reason ends at once: here each has one.
    const held = stored.filter((_, index) => {
      const { command, state } = cases[index]!;
      return command === "AWAIT_CANCELLATION" && state !== "CANCELLED";
    });
    await store.db.$executeRaw(Prisma.sql`
      WITH plan AS (
        INSERT INTO cancellation_plan (omnitron_id, order_number, order_id, type, status, next_attempt_at, remote_modified_at, payload)
        SELECT id, number, id, 'CANCEL', 'PROCESSING', ${AT}, ${AT}, '{}' FROM orders
        WHERE id = ANY(${held.map(({ orderId }) => orderId)}::bigint[]) RETURNING id, order_id)
      INSERT INTO cancellation_plan_item (plan_id, omnitron_item_id, order_item_id, quantity, status)
      SELECT plan.id, item.omnitron_id, item.id, 1, 'PROCESSING' FROM plan JOIN order_item item USING (order_id)`);
    const { applied, refused } = await apply(
      cases.map(
        ({ command, to }, index) =>
          ({ entity: "package", id: stored[index]!.packageId, command, to, actor: "test" }) as StateChange,
      ),
    );
    const mayRun = cases.map(({ rule, state, to }) => (rule.from as readonly string[]).includes(state) && state !== to);
    expect(applied.map(({ change }) => change.id)).toEqual(
      stored.filter((_, index) => mayRun[index]).map(({ packageId }) => packageId),
    );
    expect(refused).toHaveLength(cases.length - applied.length);

    const states = await store.db.$queryRaw<{ state: PackageState; items: PackageState }[]>(Prisma.sql`
      SELECT package.state::text, item.state::text AS items
      FROM package JOIN package_item item ON item.package_id = package.id ORDER BY package.id`);
    expect(states).toEqual(
      cases.map(({ state, to }, index) => ({ state: mayRun[index] ? to : state, items: mayRun[index] ? to : state })),
    );
    expect(await brokenInvariants()).toEqual([]);
  });

  it("leaves one log row and one event for each, and none for what is refused", async () => {
    const [stored] = await storePackages(store.db, [{ state: "PACKED" }]);
    const id = stored!.packageId;
    await apply([
      { entity: "package", id, command: "SHIP_THE_PACKAGE", actor: "a person", attributes: { note: "by bike" } },
      { entity: "package", id, command: "SHIP_THE_PACKAGE", actor: "a person" },
    ]);
    const log = await store.db.stateTransitionLog.findMany({
      where: { entityType: "package", entityId: id, command: "SHIP_THE_PACKAGE" },
    });
    expect(log).toMatchObject([
      { oldState: "PACKED", newState: "SHIPPED", actor: "a person", attributes: { note: "by bike" } },
    ]);
    const events = await store.db.eventQueue.findMany({
      where: { entityType: "package", entityId: id, eventType: { not: "package.created" } },
    });
    expect(events).toMatchObject([
      {
        eventType: "package.status.shipped",
        payload: { order_number: stored!.orderNumber, old_state: "PACKED", state: "SHIPPED", location: "A" },
      },
    ]);
    expect(await store.db.package.findUnique({ where: { id } })).toMatchObject({ version: 2, stateBefore: "PACKED" });
  });

  it("tells of a held package in which state it was held", async () => {
    const [packed, waiting] = await storePackages(store.db, [{ state: "PACKED" }, { state: "WAITING" }]);
    const ids = [packed!.packageId, waiting!.packageId];
    const held: StateChange[] = [];
    // At once: nothing holds them, so that they would go on by themselves in between.
    for (const command of ["AWAIT_CANCELLATION", "CANCEL_PACKAGE"] as const)
      held.push(...ids.map((id) => ({ entity: "package" as const, id, command, actor: "a person" })));
    await apply(held);
    const events = await store.db.eventQueue.findMany({
      where: { entityId: { in: ids }, eventType: "package.status.cancelled" },
      orderBy: { entityId: "asc" },
    });
    expect(events.map(({ payload }) => payload)).toMatchObject([{ held_from: "PACKED" }, { held_from: "WAITING" }]);
  });
});

describe("many at once", () => {
  it("change a package once, however many ask for it", async () => {
    const stored = await storePackages(
      store.db,
      Array.from({ length: 40 }, () => ({ state: "PACKED" as const })),
    );
    const outcomes = await Promise.all(
      Array.from({ length: 6 }, (_, index) => {
        const ids = stored.map(({ packageId }) => packageId);
        const order = index % 2 === 0 ? ids : ids.toReversed();
        return apply(order.map((id) => ({ entity: "package", id, command: "SHIP_THE_PACKAGE", actor: `no ${index}` })));
      }),
    );
    expect(outcomes.flatMap(({ applied }) => applied)).toHaveLength(40);
    expect(outcomes.flatMap(({ refused }) => refused)).toHaveLength(200);
    expect(await brokenInvariants()).toEqual([]);
  });
});

/** All but the one that needs whoever cancels a package to plan its items anew. */
async function brokenInvariants() {
  const broken = await findBrokenInvariants(store.db);
  return broken.filter(({ invariant }) => invariant !== "every wanted unit of a planned order is in a live package");
}
