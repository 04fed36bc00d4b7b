import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { manualClock } from "@drumline/core/clock";
import { enums, Prisma } from "@drumline/db";
import { testDatabase, type TestDatabase } from "@drumline/testing";

import { storeCommands } from "../../test/store-commands.ts";
import {
  AT,
  storeLocations,
  storePackages,
  storeTransfer,
  storeStock,
  type StoredPackage,
} from "../../test/stored-packages.ts";
import { findBrokenInvariants } from "../invariants.sql.ts";
import { transitionRules } from "../states/index.ts";
import { packageCommands } from "../commands.ts";

let store: TestDatabase;
const clock = manualClock(new Date(AT.getTime() + 60_000));
beforeAll(async () => void (store = await testDatabase()));
afterAll(() => store.close());
let sku = "";
let no = 0;
beforeEach(() => void (sku = `sku-${(no += 1)}`));

const one = async (shape: Parameters<typeof storePackages>[1][number] = {}): Promise<StoredPackage> =>
  (await storePackages(store.db, [{ sku, ...shape }]))[0]!;
const run = (name: string, id: bigint, args?: object) => storeCommands(store.db, clock).onPackage(id, name, args);
const runTransfer = (name: string, id: bigint, args?: object) =>
  storeCommands(store.db, clock).onTransfer(id, name, args);
const reservations = (productSku: string) =>
  store.db.$queryRaw<{ type: string; status: string; place: string; quantity: number }[]>(Prisma.sql`
    SELECT reservation.type::text, status::text, place.erp_code AS place, quantity
    FROM reservation JOIN product ON product.id = product_id JOIN stock_location place ON place.id = location_id
    WHERE sku = ${productSku} ORDER BY reservation.id`);
const excluded = async ({ orderItemId }: StoredPackage) =>
  (
    await store.db.$queryRaw<{ code: string }[]>(Prisma.sql`
      SELECT erp_code AS code FROM order_execution_plan_item item, stock_location place
      WHERE order_item_id = ${orderItemId} AND place.id = ANY(excluded_location_ids)`)
  ).map(({ code }) => code);
const onHand = async (place: string) =>
  (await store.db.stock.findFirstOrThrow({ where: { location: { erpCode: place }, product: { sku } } })).onHand;
const brokenInvariants = () => findBrokenInvariants(store.db);

const ARGS: Readonly<Record<string, object>> = {
  PKG_STATE_TRANSITION: { state: "READY_FOR_PACKAGING" },
  UPDATE_SHIPMENT_STATUS: { status: "DELIVERED" },
  REFUSE: { reason: { title: "closed" } },
};

const byArgs = packageCommands.filter(({ name }) => name !== "MANUAL_PLANNING");

describe("every package command", () => {
  it.each(byArgs.map(({ name }) => name))("%s runs from the states of the table and from no other", async (name) => {
    const states = Object.values(enums.PackageState);
    const stored = await storePackages(
      store.db,
      states.map((state) => ({ state, stateBefore: "PREPARING" as const, sku })),
    );
    const ran: string[] = [];
    for (const [index, { packageId }] of stored.entries())
      await run(name, packageId, ARGS[name]).then(
        () => ran.push(states[index]!),
        (error: Error) => expect(error.message).toContain(`is ${states[index]}; ${name} runs from`),
      );
    const { from } = transitionRules.package[name as keyof typeof transitionRules.package];
    const narrowed = name === "PKG_STATE_TRANSITION" ? ["PREPARING"] : from;
    expect(ran.toSorted()).toEqual([...narrowed].toSorted());
    expect(await brokenInvariants()).toEqual([]);
  });
});

describe("package commands", () => {
  it("consume the reservation by packing, and keep carrier, tracking number and invoice number", async () => {
    const { packageId } = await one();
    await run("COMPLETE_PACKAGING", packageId, { tracking_number: "T1", invoice_number: "I1" });
    expect(await reservations(sku)).toEqual([{ type: "ORDER", status: "CONSUMED", place: "A", quantity: 1 }]);
    expect(await store.db.shipment.findFirst({ where: { packageId } })).toMatchObject({
      carrierCode: "standard",
      trackingNumber: "T1",
      status: "CREATED",
      nextPollAt: clock.now(),
      createdAt: clock.now(),
    });
    expect(await store.db.eventQueue.count({ where: { eventType: "shipment.created" } })).toBeGreaterThan(0);
    await run("SHIP_THE_PACKAGE", packageId, { carrier: "dhl", tracking_number: "T2" });
    expect(await store.db.shipment.findMany({ where: { packageId } })).toMatchObject([
      { carrierCode: "dhl", trackingNumber: "T2" },
    ]);
  });

  it("take a blocked package back to its state, and leave its reservation active", async () => {
    const { packageId } = await one({ state: "PREPARING" });
    await run("BLOCK_THE_PACKAGE", packageId, { reason: "fraud check" });
    expect(await reservations(sku)).toMatchObject([{ status: "ACTIVE" }]);
    expect(await run("UNBLOCK_THE_PACKAGE", packageId)).toMatchObject({ state: "PREPARING" });
  });

  it("block the product where an item was not found, release its reservation, and exclude that location", async () => {
    const stored = await one({ quantity: 3 });
    await run("DETECTED_OUT_OF_STOCK_ITEM", stored.packageId);
    expect(await reservations(sku)).toEqual([
      { type: "ORDER", status: "RELEASED", place: "A", quantity: 3 },
      { type: "INVENTORY_DISCREPANCY", status: "ACTIVE", place: "A", quantity: 3 },
    ]);
    const discrepancy = () => store.db.problem.findFirst({ where: { subjectType: "stock", subjectKey: `${sku}@A` } });
    expect(await discrepancy()).toMatchObject({ kind: "STOCK_DISCREPANCY", closedAt: null, detail: { quantity: 3 } });
    expect(await excluded(stored)).toEqual(["A"]);
    expect(await store.db.package.findUnique({ where: { id: stored.packageId } })).toMatchObject({
      state: "OUT_OF_STOCK",
      nextReplanAt: clock.now(),
    });
    expect(await store.db.orderExecutionPlan.findUnique({ where: { id: stored.planId } })).toMatchObject({
      state: "PENDING",
    });
    await run("PACKED_FOR_REFUND", stored.packageId);
    expect(await reservations(sku)).toMatchObject([{ status: "RELEASED" }, { status: "RELEASED" }]);
    expect(await discrepancy()).toMatchObject({ ending: "BY_ITSELF", note: expect.stringContaining("refund") });
  });

  it("tell a defective item from a missing one, and block nothing when asked not to", async () => {
    const stored = await one();
    await run("DETECTED_OUT_OF_STOCK_ITEM", stored.packageId, {
      items: [Number(stored.orderItemId)],
      defective: true,
      discrepancy: false,
    });
    expect(await reservations(sku)).toMatchObject([{ type: "ORDER", status: "RELEASED" }]);
    expect(await store.db.package.findUnique({ where: { id: stored.packageId } })).toMatchObject({
      state: "DEFECTIVE_PRODUCT",
    });
  });

  it("have a refused package planned elsewhere, and keep the reason", async () => {
    const stored = await one();
    await run("REFUSE", stored.packageId, { reason: { title: "closed today", remote_id: "7" } });
    expect(await excluded(stored)).toEqual(["A"]);
    expect(await store.db.packageItem.findUnique({ where: { id: stored.packageItemId } })).toMatchObject({
      denialReason: "closed today",
      state: "NEEDS_REPLAN",
    });
    expect(
      await store.db.eventQueue.findFirst({ where: { eventType: "package.refused", entityId: stored.packageId } }),
    ).toMatchObject({
      payload: { attributes: { denial_reason: { title: "closed today", remote_id: "7" } } },
    });
  });
});

describe("manual planning", () => {
  const groups = (stored: StoredPackage, ...places: readonly (readonly [string, number])[]) => ({
    groups: places.map(([location, quantity]) => ({
      location,
      items: [{ order_item_id: Number(stored.orderItemId), quantity }],
    })),
  });

  it.each(Object.values(enums.PackageState))("of a %s package does what the table says", async (state) => {
    const stored = await one({ state, quantity: 3 });
    await storeLocations(store.db, ["B"]);
    await storeStock(store.db, { [sku]: { B: 2 } });
    const planning = run("MANUAL_PLANNING", stored.packageId, groups(stored, ["A", 1], ["B", 2]));
    if (!(transitionRules.package.MANUAL_PLANNING.from as readonly string[]).includes(state)) {
      await expect(planning).rejects.toThrow(`is ${state}; MANUAL_PLANNING runs from`);
    } else {
      expect(await planning).toMatchObject({ state: "CANCELLED", cancelReason: "REPLANNED" });
      expect(
        await store.db.package.findMany({
          where: { replannedFromId: stored.packageId },
          orderBy: { id: "asc" },
          include: { location: true, items: true },
        }),
      ).toMatchObject([
        { state: "WAITING", location: { erpCode: "A" }, items: [{ quantity: 1 }] },
        { state: "WAITING", location: { erpCode: "B" }, items: [{ quantity: 2 }] },
      ]);
      expect(await store.db.orderExecutionPlan.findUnique({ where: { id: stored.planId } })).toMatchObject({
        state: "COMPLETED",
        attempts: 2,
      });
      const reopened = { entityType: "order_execution_plan", entityId: stored.planId, command: "REOPEN" };
      expect(await store.db.stateTransitionLog.count({ where: reopened })).toBe(0);
    }
    expect(await brokenInvariants()).toEqual([]);
  });

  it("says which units are placed wrongly, and changes nothing", async () => {
    const stored = await one({ quantity: 3 });
    await storeLocations(store.db, ["B"]);
    await storeStock(store.db, { [sku]: { B: 1 } });
    const plan = (...places: readonly (readonly [string, number])[]) =>
      run("MANUAL_PLANNING", stored.packageId, groups(stored, ...places));
    await expect(plan(["A", 2])).rejects.toThrow(/no place is given for 1 of/);
    await expect(plan(["A", 2], ["A", 2])).rejects.toThrow(/more often than the 3 units/);
    await expect(plan(["A", 1], ["B", 2])).rejects.toThrow(/B has 1 units of sku-\d+ to promise, not 2/);
    await expect(plan(["Z", 3])).rejects.toThrow(/no active fulfilment centre has the ERP code Z/);
    expect(await store.db.package.findUnique({ where: { id: stored.packageId } })).toMatchObject({
      state: "WAITING",
      version: 1,
    });
  });
});

describe("transfer commands", () => {
  it("move stock from the source to the destination, and make the package wait to be prepared", async () => {
    const stored = await one({ quantity: 2 });
    const id = await storeTransfer(store.db, stored, "B");
    await storeStock(store.db, { [sku]: { A: 0, B: 5 } });
    expect(await brokenInvariants()).toEqual([]);
    await runTransfer("TRANSFER_READY_TO_SHIPMENT", id, { carrier: "dhl" });
    expect(await store.db.shipment.findFirst({ where: { transferOrderId: id } })).toMatchObject({ carrierCode: "dhl" });
    await runTransfer("TRANSFER_IN_TRANSIT", id);
    expect(await onHand("B")).toBe(3);
    expect(await brokenInvariants()).toEqual([]);
    await runTransfer("TRANSFER_TRANSFERRED", id);
    expect(await onHand("A")).toBe(2);
    expect(await store.db.package.findUnique({ where: { id: stored.packageId } })).toMatchObject({ state: "WAITING" });
    expect(await reservations(sku)).toEqual([
      { type: "TRANSFER", status: "CONSUMED", place: "B", quantity: 2 },
      { type: "ORDER", status: "ACTIVE", place: "A", quantity: 2 },
    ]);
    expect(await brokenInvariants()).toEqual([]);
  });

  it("keep the package waiting until its last transfer has arrived", async () => {
    const stored = await one();
    const [first, second] = [await storeTransfer(store.db, stored, "B"), await storeTransfer(store.db, stored, "C")];
    for (const id of [first, second]) {
      await runTransfer("TRANSFER_READY_TO_SHIPMENT", id);
      await runTransfer("TRANSFER_IN_TRANSIT", id);
    }
    const state = async () => (await store.db.package.findUniqueOrThrow({ where: { id: stored.packageId } })).state;
    await runTransfer("TRANSFER_TRANSFERRED", first);
    expect(await state()).toBe("WAITING_FOR_TRANSFER");
    await runTransfer("TRANSFER_TRANSFERRED", second);
    expect(await state()).toBe("WAITING");
    // Two transfers of the same units are the factory's doing.
    await store.db.reservation.deleteMany({ where: { packageItemId: stored.packageItemId } });
    await run("PKG_DEALLOCATE_RESERVATIONS", stored.packageId);
  });

  it("block a source that lacks the goods, and make the transfer due for another one", async () => {
    const stored = await one();
    const id = await storeTransfer(store.db, stored, "B");
    await runTransfer("TRANSFER_OUT_OF_STOCK", id);
    expect(await excluded(stored)).toEqual(["B"]);
    expect(await reservations(sku)).toEqual([
      { type: "TRANSFER", status: "RELEASED", place: "B", quantity: 1 },
      { type: "INVENTORY_DISCREPANCY", status: "ACTIVE", place: "B", quantity: 1 },
    ]);
    expect(await store.db.transferOrder.findUnique({ where: { id } })).toMatchObject({
      state: "OUT_OF_STOCK",
      nextRetryAt: clock.now(),
    });
    const event = { eventType: "transfer.status.transitioned", entityId: id };
    expect((await store.db.eventQueue.findFirstOrThrow({ where: event })).payload).toMatchObject({
      source: "B",
      command: "TRANSFER_OUT_OF_STOCK",
      items: [{ sku, quantity: 1 }],
      attributes: { items: "all", discrepancy: true },
    });
    await expect(runTransfer("TRANSFER_READY_TO_SHIPMENT", id)).rejects.toThrow(/is OUT_OF_STOCK;.*runs from WAITING/);
    expect(await brokenInvariants()).toEqual([]);
  });

  it("cancel a transfer with its siblings and plan the package again, unless its goods are in transit", async () => {
    const stored = await one();
    const id = await storeTransfer(store.db, stored, "B");
    await runTransfer("TRANSFER_READY_TO_SHIPMENT", id);
    await runTransfer("TRANSFER_CANCEL", id);
    expect(await store.db.package.findUnique({ where: { id: stored.packageId } })).toMatchObject({
      state: "NEEDS_REPLAN",
    });
    const onTheRoad = await one();
    const moving = await storeTransfer(store.db, onTheRoad, "B");
    await runTransfer("TRANSFER_READY_TO_SHIPMENT", moving);
    await runTransfer("TRANSFER_IN_TRANSIT", moving);
    await expect(runTransfer("TRANSFER_CANCEL", moving)).rejects.toThrow(/is IN_TRANSIT/);
    expect(await brokenInvariants()).toEqual([]);
  });
});
