import { randomUUID } from "node:crypto";

import { MINUTE_MS, manualClock } from "@drumline/core/clock";
import { startTaskRun, type TestDatabase, testDatabase } from "@drumline/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { type Outside, reply, startOutside } from "../../test/local-omnitron.ts";
import { AT, storePackages } from "../../test/stored-packages.ts";
import { applyTransitions, type StateChange } from "../states/index.ts";
import { claimMessages } from "./messages.sql.ts";
import { pushOrderUpdates } from "./push-order-updates.ts";
import { retryMessage } from "./retry-message.sql.ts";

let store: TestDatabase;
let outside: Outside;
const clock = manualClock(AT);
beforeAll(async () => void (outside = await startOutside()));
afterAll(() => outside.close());
beforeEach(async () => {
  store = await testDatabase();
  outside.told.length = 0;
  outside.intercept = null;
  clock.set(AT);
});
afterEach(() => store.close());

const tell = () => {
  const run = startTaskRun(store.db, outside.gateways(), { clock });
  return pushOrderUpdates(run.context).then((counts): Record<string, unknown> => ({
    ...counts,
    problems: run.problems.length,
  }));
};
const move = (...changes: StateChange[]) => store.db.$transaction((tx) => applyTransitions(tx, changes, clock.now()));
const ship = (id: bigint) =>
  move(
    { entity: "package", id, command: "SHIP_THE_PACKAGE", actor: "test" },
    { entity: "package", id, command: "UPDATE_SHIPMENT_STATUS", to: "ATTEMPTED_DELIVERY", actor: "test" },
  );
const deliver = (id: bigint) =>
  move({ entity: "package", id, command: "UPDATE_SHIPMENT_STATUS", to: "DELIVERED", actor: "test" });

describe("telling Omnitron", () => {
  it("tells each change of an order once, in its order, with the state of every item", async () => {
    const [stored] = await storePackages(store.db, [{ state: "PACKED", quantity: 2 }]);
    await ship(stored!.packageId);
    await deliver(stored!.packageId);
    expect(await tell()).toEqual({ sent: 2, failed: 0, givenUp: 0, problems: 0 });
    expect(await tell()).toMatchObject({ sent: 0 });
    expect(outside.told.map(({ path, body }) => [path, body["order_status"], body["items"]])).toEqual([
      [`/api/i1/orders/${stored!.orderNumber}/status`, "540", [{ pk: 1, status: "540", quantity: 2 }]],
      [`/api/i1/orders/${stored!.orderNumber}/status`, "550", [{ pk: 1, status: "550", quantity: 2 }]],
    ]);
    expect(outside.told.map(({ key }) => key)).toEqual(outside.told.map(({ body }) => body["event_id"]));
  });

  it("holds back later changes of an order until the earlier one is through, under the same key", async () => {
    const [stored, other] = await storePackages(store.db, [{ state: "PACKED" }, { state: "PACKED" }]);
    await ship(stored!.packageId);
    await deliver(stored!.packageId);
    await ship(other!.packageId);
    outside.intercept = (request, response) =>
      request.url!.includes(`/${stored!.orderNumber}/`) && reply(response, { detail: "not now" }, 400);
    expect(await tell()).toMatchObject({ sent: 1, failed: 1, problems: 1 });
    outside.intercept = null;
    expect(await tell()).toMatchObject({ sent: 0, failed: 0 });
    clock.advance(MINUTE_MS);
    expect(await tell()).toMatchObject({ sent: 2 });
    expect(outside.told.map(({ body }) => body["order_status"])).toEqual(["540", "540", "550"]);
  });

  it("gives up what Omnitron never takes, says so, and goes on behind it", async () => {
    const [stored] = await storePackages(store.db, [{ state: "PACKED" }]);
    await ship(stored!.packageId);
    await deliver(stored!.packageId);
    let refusals = 0;
    outside.intercept = (_, response) => (refusals += 1) <= 10 && reply(response, { detail: "unknown order" }, 404);
    let counts = await tell();
    while (counts["failed"] === 1 && counts["givenUp"] === 0) {
      clock.advance(60 * MINUTE_MS);
      counts = await tell();
    }
    expect(counts).toMatchObject({ givenUp: 1, problems: 1 });
    expect(await store.db.problem.findMany({ where: { kind: "OMNITRON_MESSAGE_GIVEN_UP" } })).toMatchObject([
      { closedAt: null, reason: expect.stringMatching(/^Omnitron refused .* 10 times: .*404/) },
    ]);
    clock.advance(60 * MINUTE_MS);
    await tell();
    expect(outside.told.map(({ body }) => body["order_status"])).toEqual(["550"]);
    expect(await store.db.problem.findMany()).toMatchObject([
      { ending: "BY_ITSELF", note: expect.stringContaining("what came after it") },
    ]);
  });

  it("tells what it had given up when a person says so, and its problem is closed once Omnitron has taken it", async () => {
    const [stored] = await storePackages(store.db, [{ state: "PACKED" }]);
    await ship(stored!.packageId);
    outside.intercept = (_, response) => reply(response, { detail: "unknown order" }, 404);
    await store.db.omnitronMessage.updateMany({ data: { attempts: 9 } });
    expect(await tell()).toMatchObject({ givenUp: 1 });
    const [given] = await store.db.omnitronMessage.findMany();
    expect(await retryMessage(store.db, given!.eventId, clock.now())).toEqual({ outcome: "RETRIED" });
    expect(await tell()).toMatchObject({ failed: 1, givenUp: 0 });
    expect(await store.db.problem.findMany()).toMatchObject([{ closedAt: null }]);
    outside.intercept = null;
    clock.advance(60 * MINUTE_MS);
    expect(await tell()).toMatchObject({ sent: 1 });
    expect(await store.db.problem.findMany()).toMatchObject([{ ending: "BY_ITSELF" }]);
  });

  it("takes back at once what its own last try had when its worker died, and leaves others' claims alone", async () => {
    const [mine, other] = await storePackages(store.db, [{ state: "PACKED" }, { state: "PACKED" }]);
    await ship(mine!.packageId);
    await ship(other!.packageId);
    const run = startTaskRun(store.db, outside.gateways(), { clock });
    const [claimed] = await claimMessages(store.db, run.context.run.id, clock.now(), 1);
    await claimMessages(store.db, randomUUID(), clock.now(), 1);
    expect(await pushOrderUpdates(run.context)).toEqual({ sent: 1, failed: 0, givenUp: 0 });
    expect(outside.told.map(({ key }) => key)).toEqual([claimed!.eventId]);
  });

  it("tells each once when several do it at once", async () => {
    const stored = await storePackages(
      store.db,
      Array.from({ length: 50 }, () => ({ state: "PACKED" as const })),
    );
    for (const { packageId } of stored) await ship(packageId);
    await Promise.all([tell(), tell(), tell()]);
    expect(new Set(outside.told.map(({ key }) => key)).size).toBe(50);
    expect(outside.told).toHaveLength(50);
  });
});
