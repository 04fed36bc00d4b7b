import { describe, expect, it } from "@jest/globals";

import { inWords } from "../../../test/plan-in-words.ts";
import { aLine, aLocation, anOrder, aRule, aScenario, aPlanningInput } from "../../../test/planning-factories.ts";
import { planFulfilment } from "./plan-fulfilment.ts";
import type { OrderPlan } from "./plan-order.ts";
import type { Rule } from "./scenario.ts";

const A = aLocation("A", { priority: 1 });
const B = aLocation("B", { priority: 2 });
const C = aLocation("C", { priority: 3 });

const only = (plans: readonly OrderPlan[]): OrderPlan => plans[0]!;
const withRules = (...rules: readonly Partial<Rule>[]) => ({ distribution: [aScenario(rules.map(aRule))] });

describe("planFulfilment with the built-in scenario", () => {
  it("makes one package per seller of a marketplace order", () => {
    const order = anOrder([
      aLine(1, 1, { attributes: { seller: "A" } }),
      aLine(2, 1, { attributes: { seller: "B" } }),
      aLine(3, 1, { attributes: { seller: "A" } }),
    ]);
    const plan = only(planFulfilment([order], aPlanningInput([A, B], { A: { 1: 1, 3: 1 }, B: { 1: 9, 2: 1 } })));
    expect(inWords(plan)).toBe("R1P1@A[1×1 3×1] R1P2@B[2×1]");
    expect(plan.state).toBe("COMPLETED");
  });

  it("takes what the seller lacks from the preferred location that has it", () => {
    const order = anOrder([aLine(1, 3, { attributes: { seller: "B" } })]);
    const plan = only(planFulfilment([order], aPlanningInput([A, B, C], { B: { 1: 1 }, A: { 1: 5 }, C: { 1: 5 } })));
    expect(inWords(plan)).toBe("R1P1@B[1×1] R1P2@A[1×2]");
    expect(plan.attempt.rules).toEqual(["from the seller", "any location with stock"]);
  });

  it("puts what nobody has into an out-of-stock package at the default location, without a reservation", () => {
    const order = anOrder([aLine(1, 2), aLine(2, 1)]);
    const plan = only(planFulfilment([order], aPlanningInput([A], { A: { 1: 1 } })));
    expect(inWords(plan)).toBe("R1P1@A[1×1] R1P2@central:OUT_OF_STOCK[1×1 2×1]");
    expect(plan.packages[1]!.items.map(({ reservedUnits }) => reservedUnits)).toEqual([0, 0]);
    expect(plan.state).toBe("PENDING");
    expect(plan.attempt).toMatchObject({ outcome: "PARTLY_SHORT", shortfalls: [{ units: 1 }, { units: 1 }] });
  });

  it("lets an earlier order take the last units", () => {
    const orders = [anOrder([aLine(1, 1)], { number: "R1" }), anOrder([aLine(1, 1)], { number: "R2" })];
    const plans = planFulfilment(orders, aPlanningInput([A], { A: { 1: 1 } }));
    expect(plans.map(inWords)).toEqual(["R1P1@A[1×1]", "R2P1@central:OUT_OF_STOCK[1×1]"]);
  });

  it("shares the units of one product between two lines of an order", () => {
    const order = anOrder([aLine(1, 1), aLine(1, 1, { orderItemId: 11n })]);
    expect(inWords(only(planFulfilment([order], aPlanningInput([A, B], { A: { 1: 1 }, B: { 1: 1 } }))))).toBe(
      "R1P1@A[1×1] R1P2@B[1×1]",
    );
  });

  it("goes on with the numbers where an earlier attempt stopped", () => {
    const order = anOrder([aLine(1, 1)], { packagesSoFar: 2, attemptsSoFar: 1 });
    const plan = only(planFulfilment([order], aPlanningInput([A], { A: { 1: 1 } })));
    expect(inWords(plan)).toBe("R1P3@A[1×1]");
    expect(plan.attempt.no).toBe(2);
  });

  it("plans nothing for an order whose items are all cancelled", () => {
    const plan = only(planFulfilment([anOrder([aLine(1, 0)])], aPlanningInput([A], { A: { 1: 1 } })));
    expect(plan).toMatchObject({ packages: [], state: "CANCELLED", attempt: { outcome: "NOTHING_WANTED" } });
  });

  it("stays pending while an earlier attempt's package is still short", () => {
    const order = anOrder([aLine(1, 1)], { packagesSoFar: 1, hasOpenShortfall: true });
    expect(only(planFulfilment([order], aPlanningInput([A], { A: { 1: 1 } }))).state).toBe("PENDING");
  });

  it("names a SKU the engine does not know as the reason", () => {
    const input = aPlanningInput([A], {}, { unknownSkus: new Set(["sku-1"]) });
    expect(only(planFulfilment([anOrder([aLine(1, 1)])], input)).attempt.shortfalls[0]).toMatchObject({
      reason: "UNKNOWN_SKU",
    });
  });
});

describe("a stock level", () => {
  it.each([
    ["on hand", { onHand: 1 }, "A"],
    ["all reserved", { onHand: 2, reserved: 2 }, "central"],
    ["reserved beyond what is there", { onHand: 1, reserved: 6 }, "central"],
    ["kept back as safety stock", { onHand: 2, safetyStock: 2 }, "central"],
    ["blocked by a discrepancy", { onHand: 9, blocked: true }, "central"],
  ])("that is %s decides where the unit ships from", (_, level, expected) => {
    const plan = only(planFulfilment([anOrder([aLine(1, 1)])], aPlanningInput([A], { A: { 1: level } })));
    expect(plan.packages[0]!.location.erpCode).toBe(expected);
  });
});

describe("a scenario's conditions", () => {
  it.each([
    ["channel", { channels: [1] }, { channels: [2] }],
    ["shipping option", { shippingOptions: ["Standard"] }, { shippingOptions: ["express"] }],
    ["payment type", { paymentTypes: ["credit_card"] }, { paymentTypes: ["boleto"] }],
    ["customer type", { customerTypes: ["guest"] }, { customerTypes: ["registered"] }],
    ["country", { countries: ["br"] }, { countries: ["TR"] }],
    ["state", { states: ["sp", "RJ"] }, { states: ["RJ"] }],
  ])("choose by %s", (_, fitting, other) => {
    const distribution = [
      aScenario([aRule()], { name: "other", conditions: other }),
      aScenario([aRule()], { name: "fitting", conditions: fitting }),
      aScenario([aRule()], { name: "later", conditions: {} }),
    ];
    const plan = only(planFulfilment([anOrder([aLine(1, 1)])], aPlanningInput([A], { A: { 1: 1 } }, { distribution })));
    expect(plan.scenario?.name).toBe("fitting");
  });

  it("leave an order short that no scenario is for", () => {
    const distribution = [aScenario([aRule()], { conditions: { channels: [2] } })];
    const plan = only(planFulfilment([anOrder([aLine(1, 1)])], aPlanningInput([A], { A: { 1: 1 } }, { distribution })));
    expect(inWords(plan)).toBe("R1P1@central:OUT_OF_STOCK[1×1]");
    expect(plan.attempt).toMatchObject({ scenario: null, shortfalls: [{ reason: "NO_SCENARIO" }] });
  });

  it("bring their own default location and first package state", () => {
    const distribution = [aScenario([aRule()], { defaultLocationId: B.id, initialState: "WAITING_REMOTE_ACTION" })];
    const order = anOrder([aLine(1, 1), aLine(2, 1)]);
    const input = aPlanningInput([A, B], { A: { 1: 1, 2: 1 } }, { distribution });
    expect(inWords(only(planFulfilment([order], input)))).toBe("R1P1@A:WAITING_REMOTE_ACTION[1×1 2×1]");
    const short = aPlanningInput([A, B], {}, { distribution });
    expect(inWords(only(planFulfilment([order], short)))).toBe("R1P1@B:OUT_OF_STOCK[1×1 2×1]");
  });
});

describe("a rule's outcome", () => {
  const order = anOrder([aLine(1, 1), aLine(2, 1), aLine(3, 1)]);
  const scattered = { A: { 1: 1 }, B: { 1: 1, 2: 1 }, C: { 3: 1 } };

  it("is the whole order from one location where one has it all, even when a preferred one has a part", () => {
    const input = aPlanningInput(
      [A, B],
      { A: { 1: 9, 2: 9 }, B: { 1: 9, 2: 9, 3: 9 } },
      withRules({ allowSplit: true }),
    );
    expect(inWords(only(planFulfilment([order], input)))).toBe("R1P1@B[1×1 2×1 3×1]");
  });

  it.each([
    ["a split over the fewest locations", { allowSplit: true }, "R1P1@B[1×1 2×1] R1P2@C[3×1]"],
    [
      "a split within maxPackages, the rest short",
      { allowSplit: true, maxPackages: 1 },
      "R1P1@B[1×1 2×1] R1P2@central:OUT_OF_STOCK[3×1]",
    ],
    ["all short where a split is not allowed", {}, "R1P1@central:OUT_OF_STOCK[1×1 2×1 3×1]"],
    [
      "transfers to the location that has most",
      { transferable: true },
      "R1P1@B:WAITING_FOR_TRANSFER[1×1 2×1 3×1] R1P1T1<C[3×1]",
    ],
    [
      "transfers rather than a split that leaves something",
      { allowSplit: true, maxPackages: 1, transferable: true },
      "R1P1@B:WAITING_FOR_TRANSFER[1×1 2×1 3×1] R1P1T1<C[3×1]",
    ],
  ])("is %s", (_, rule, expected) => {
    expect(inWords(only(planFulfilment([order], aPlanningInput([A, B, C], scattered, withRules(rule)))))).toBe(
      expected,
    );
  });

  it("is a partial split kept for the next rule, which works on what is left", () => {
    const rules = withRules({ filter: { include: ["B"] }, allowSplit: true }, { filter: { include: ["C"] } });
    expect(inWords(only(planFulfilment([order], aPlanningInput([A, B, C], scattered, rules))))).toBe(
      "R1P1@B[1×1 2×1] R1P2@C[3×1]",
    );
  });

  it("is one package where two rules chose the same location", () => {
    const stock = { A: { 1: 1, 2: 1 } };
    const rules = withRules({ filter: { itemAttribute: "seller" }, allowSplit: true }, {});
    const mixed = anOrder([aLine(1, 1, { attributes: { seller: "A" } }), aLine(2, 1)]);
    expect(inWords(only(planFulfilment([mixed], aPlanningInput([A], stock, rules))))).toBe("R1P1@A[1×1 2×1]");
  });

  it("reserves transferred units at their source, not at the package", () => {
    const input = aPlanningInput([A, B], { A: { 1: 2 }, B: { 1: 1 } }, withRules({ transferable: true }));
    const plan = only(planFulfilment([anOrder([aLine(1, 3)])], input));
    expect(inWords(plan)).toBe("R1P1@A:WAITING_FOR_TRANSFER[1×3] R1P1T1<B[1×1]");
    expect(plan.packages[0]!.items[0]!.reservedUnits).toBe(2);
    expect([input.stock.at(A.id, 1n), input.stock.at(B.id, 1n)]).toEqual([0, 0]);
  });

  it("fetches only from where the transfer scenario allows", () => {
    const transfer = [aScenario([aRule({ filter: { except: ["B"] } })])];
    const input = aPlanningInput(
      [A, B, C],
      { A: { 1: 1 }, B: { 2: 1 }, C: { 2: 1 } },
      {
        ...withRules({ transferable: true, filter: { include: ["A"] } }),
        transfer,
      },
    );
    expect(inWords(only(planFulfilment([anOrder([aLine(1, 1), aLine(2, 1)])], input)))).toBe(
      "R1P1@A:WAITING_FOR_TRANSFER[1×1 2×1] R1P1T1<C[2×1]",
    );
  });
});

describe("the attempt's context", () => {
  it("keeps what each location had and why it was rejected", () => {
    const order = anOrder([aLine(1, 2, { excludedLocationIds: [B.id] })]);
    const locations = [A, B, C, aLocation("D"), aLocation("E"), aLocation("F", { type: "STORE" })];
    const input = aPlanningInput(
      locations,
      {
        A: { 1: { onHand: 5, reserved: 1 } },
        B: { 1: 5 },
        C: { 1: { onHand: 1, reserved: 6 } },
        D: { 1: 9 },
        E: { 1: { onHand: 9, blocked: true } },
        F: { 1: 9 },
      },
      withRules({ filter: { types: ["WAREHOUSE"] } }),
    );
    const { attempt } = only(planFulfilment([order], input));
    expect(attempt.outcome).toBe("PLANNED");
    expect(attempt.locations[0]).toMatchObject({
      erpCode: "A",
      stock: [{ sku: "sku-1", stock_count: 5, reservation_count: 1, quantity: 4 }],
      rejectedBy: null,
      chosen: true,
    });
    expect(Object.fromEntries(attempt.locations.map(({ erpCode, rejectedBy }) => [erpCode, rejectedBy]))).toEqual({
      A: null,
      B: "FAILED_BEFORE",
      C: "NO_STOCK",
      D: "NOT_NEEDED",
      E: "DISCREPANCY",
      F: "OTHER_TYPE",
    });
    expect(attempt.locations.find(({ erpCode }) => erpCode === "C")!.stock[0]!.quantity).toBe(-5);
  });

  it("stays small however many locations carry the product", () => {
    const many = Array.from({ length: 300 }, (_, index) =>
      aLocation(`L${index}`, { id: BigInt(index), erpCode: `L${index}` }),
    );
    const stock = Object.fromEntries(many.map(({ erpCode }) => [erpCode, { 1: 1 }]));
    const { attempt } = only(planFulfilment([anOrder([aLine(1, 1)])], aPlanningInput(many, stock)));
    expect(attempt.locations).toHaveLength(21);
    expect(attempt.locationsLeftOut).toBe(279);
  });
});
