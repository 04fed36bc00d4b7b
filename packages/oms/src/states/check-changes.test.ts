import { enums } from "@drumline/db";
import { describe, expect, it } from "@jest/globals";

import { toStatusCode, parseOrderState } from "../gateways/omnitron/order-status.ts";
import { checkChanges, type EntityState, type StateChange } from "./check-changes.ts";
import { type Entity, type Rule, transitionRules } from "./transition-rules.ts";

const entitiesOf = (entity: Entity, ...rows: readonly EntityState[]) =>
  new Map([[entity, new Map(rows.map((row) => [row.id, row]))]]);

const ship: StateChange = { entity: "package", id: 1n, command: "SHIP_THE_PACKAGE", actor: "test" };
const deliver: StateChange = {
  entity: "package",
  id: 1n,
  command: "UPDATE_SHIPMENT_STATUS",
  to: "DELIVERED",
  actor: "test",
};

describe("changes of state", () => {
  it("are applied where the table allows them", () => {
    const { applied, refused } = checkChanges([ship], entitiesOf("package", { id: 1n, state: "PACKED", version: 3 }));
    expect(applied).toEqual([{ change: ship, from: "PACKED", to: "SHIPPED" }]);
    expect(refused).toEqual([]);
  });

  it("are refused elsewhere, with the state found and the states allowed", () => {
    const { applied, refused } = checkChanges([ship], entitiesOf("package", { id: 1n, state: "WAITING", version: 3 }));
    expect(applied).toEqual([]);
    expect(refused).toEqual([
      { change: ship, reason: "WRONG_STATE", found: "WAITING", foundVersion: 3, allowed: ["PACKED"] },
    ]);
  });

  it("follow each other within one call", () => {
    const { applied } = checkChanges([ship, deliver], entitiesOf("package", { id: 1n, state: "PACKED" }));
    expect(applied.map(({ from, to }) => `${from} → ${to}`)).toEqual(["PACKED → SHIPPED", "SHIPPED → DELIVERED"]);
  });

  it("are refused for a version that is not the one expected", () => {
    const change = { ...ship, version: 2 };
    const { refused } = checkChanges([change], entitiesOf("package", { id: 1n, state: "PACKED", version: 3 }));
    expect(refused).toMatchObject([{ reason: "WRONG_VERSION", foundVersion: 3 }]);
  });

  it("are refused for what does not exist", () => {
    expect(checkChanges([ship], new Map()).refused).toMatchObject([{ reason: "UNKNOWN_ID", found: null }]);
  });

  it("go back to the state before, where the command says so", () => {
    const change: StateChange = { entity: "package", id: 1n, command: "UNBLOCK_THE_PACKAGE", actor: "test" };
    const blocked = { id: 1n, state: "BLOCKED", stateBefore: "PREPARING" };
    expect(checkChanges([change], entitiesOf("package", blocked)).applied).toMatchObject([{ to: "PREPARING" }]);
    const { refused } = checkChanges([change], entitiesOf("package", { ...blocked, stateBefore: "PACKED" }));
    expect(refused).toMatchObject([{ reason: "WRONG_STATE" }]);
  });

  it("may be narrowed by the caller, never widened", () => {
    const narrowed: StateChange = { ...deliver, from: ["ATTEMPTED_DELIVERY", "PACKED"] };
    const judge = (state: string) => checkChanges([narrowed], entitiesOf("package", { id: 1n, state })).applied.length;
    expect([judge("ATTEMPTED_DELIVERY"), judge("SHIPPED"), judge("PACKED")]).toEqual([1, 0, 0]);
  });

  it("throw without a target where the command allows several", () => {
    const { to: _, ...vague } = deliver;
    expect(() => checkChanges([vague], entitiesOf("package", { id: 1n, state: "SHIPPED" }))).toThrow(/say which/);
  });

  it("never lead out of a final state", () => {
    const leavable = (entity: Entity) =>
      Object.values<Rule>(transitionRules[entity]).flatMap(({ from, stays }) => (stays ? [] : [...from]));
    expect(leavable("package")).not.toEqual(expect.arrayContaining(["DELIVERED"]));
    expect(leavable("package")).not.toEqual(expect.arrayContaining(["CANCELLED"]));
    expect(leavable("transfer_order")).not.toEqual(expect.arrayContaining(["TRANSFERRED"]));
    expect(leavable("transfer_order")).not.toEqual(expect.arrayContaining(["CANCELLED"]));
    expect(leavable("shipment")).not.toEqual(expect.arrayContaining(["DELIVERED"]));
    expect(leavable("shipment")).not.toEqual(expect.arrayContaining(["DELETED"]));
  });
});

describe("the table of transitions", () => {
  /** What something is when it comes to be: as planning and pulling save it. */
  const born: Readonly<Record<string, readonly string[]>> = {
    order: Object.values(enums.OrderState).filter((state) => parseOrderState(toStatusCode(state)) === state),
    order_execution_plan: ["START"],
    package: ["WAITING", "WAITING_REMOTE_ACTION", "WAITING_FOR_TRANSFER", "OUT_OF_STOCK"],
    transfer_order: ["WAITING"],
    shipment: ["CREATED"],
    cancellation_plan: ["WAITING"],
  };

  it.each([
    ["order", enums.OrderState],
    ["order_execution_plan", enums.PlanState],
    ["package", enums.PackageState],
    ["transfer_order", enums.TransferState],
    ["shipment", enums.ShipmentStatus],
    ["cancellation_plan", enums.CancellationPlanStatus],
  ] as const)("of %s has a way into every state there is", (entity, states) => {
    const led = Object.values<Rule>(transitionRules[entity]).flatMap(({ to }) => [...to]);
    const reached = new Set([...led, ...born[entity]!]);
    expect(Object.values(states).filter((state) => !reached.has(state))).toEqual([]);
  });
});
