import { describe, expect, it } from "@jest/globals";

import { inWords } from "../../../test/plan-in-words.ts";
import { aLine, aLocation, anOrder, aRule, aScenario, aPlanningInput } from "../../../test/planning-factories.ts";
import type { Location } from "./location.ts";
import { planFulfilment } from "./plan-fulfilment.ts";
import type { OrderPlan } from "./plan-order.ts";
import type { Rule } from "./scenario.ts";

const A = aLocation("A", { priority: 1 });
const B = aLocation("B", { priority: 2 });

const only = (plans: readonly OrderPlan[]): OrderPlan => plans[0]!;
const withRules = (...rules: readonly Partial<Rule>[]) => ({ distribution: [aScenario(rules.map(aRule))] });
const chosenFor = (locations: readonly Location[], rule: Partial<Rule>, address = {}) => {
  const stock = Object.fromEntries(locations.map(({ erpCode }) => [erpCode, { 1: 5 }]));
  const order = anOrder([aLine(1, 1)]);
  const plan = only(
    planFulfilment(
      [{ ...order, address: { ...order.address, ...address } }],
      aPlanningInput(locations, stock, withRules(rule)),
    ),
  );
  return plan.packages[0]!.location.erpCode;
};

describe("a rule's location filter", () => {
  const near = aLocation("N", { country: "BR", state: "sp", city: "Campinas", district: "centro", type: "STORE" });
  const far = aLocation("F", { country: "AR", state: "BA", city: "rosario", district: "oeste", priority: 0 });

  it.each([
    ["include", { include: ["N"] }],
    ["except", { except: ["F"] }],
    ["types", { types: ["store"] }],
    ["sameCountry", { sameCountry: true }],
    ["sameState", { sameState: true }],
    ["sameCity", { sameCity: true }],
    ["sameDistrict", { sameDistrict: true }],
  ])("%s keeps the preferred but unfit location out", (_, filter) => {
    expect(chosenFor([near, far], { filter }, { district: "Centro" })).toBe("N");
    expect(chosenFor([near, far], {}, { district: "Centro" })).toBe("F");
  });

  it("does not call two unknown districts the same", () => {
    expect(chosenFor([aLocation("A")], { filter: { sameDistrict: true } })).toBe("central");
  });

  it("selects by quota only where a quota is known and has room", () => {
    const full = aLocation("A", { priority: 1, maxQuota: 5, openPackages: 5 });
    const unlimited = aLocation("B", { priority: 2 });
    const roomy = aLocation("C", { priority: 3, maxQuota: 5, openPackages: 4 });
    expect(chosenFor([full, unlimited, roomy], { selectByQuota: true })).toBe("C");
  });

  it("uses a quota up within the batch", () => {
    const small = aLocation("A", { maxQuota: 1 });
    const orders = [anOrder([aLine(1, 1)]), anOrder([aLine(1, 1)], { number: "R2" })];
    const plans = planFulfilment(orders, aPlanningInput([small], { A: { 1: 9 } }, withRules({ selectByQuota: true })));
    expect(plans.map(inWords)).toEqual(["R1P1@A[1×1]", "R2P1@central:OUT_OF_STOCK[1×1]"]);
  });

  it("ships a line only from the location its attribute names", () => {
    const order = anOrder([aLine(1, 1, { attributes: { seller: "B" } }), aLine(2, 1)]);
    const input = aPlanningInput(
      [A, B],
      { A: { 1: 9, 2: 9 }, B: { 1: 9, 2: 9 } },
      {
        ...withRules({ filter: { itemAttribute: "seller" }, allowSplit: true }),
      },
    );
    expect(inWords(only(planFulfilment([order], input)))).toBe("R1P1@B[1×1] R1P2@central:OUT_OF_STOCK[2×1]");
  });

  it("never sends an item back to a location that failed it", () => {
    const order = anOrder([aLine(1, 1, { excludedLocationIds: [A.id] }), aLine(2, 1)]);
    const input = aPlanningInput([A, B], { A: { 1: 9, 2: 9 }, B: { 1: 9 } }, withRules({ allowSplit: true }));
    const plan = only(planFulfilment([order], input));
    expect(inWords(plan)).toBe("R1P1@A[2×1] R1P2@B[1×1]");
  });
});

describe("a rule's sort", () => {
  const places = [
    aLocation("A", { priority: 1, openPackages: 9, latitude: -30, longitude: -51 }),
    aLocation("B", { priority: 2, openPackages: 0, latitude: -23.5, longitude: -46.6 }),
    aLocation("C", { priority: 3, openPackages: 5 }),
  ];
  const address = { latitude: -22.9, longitude: -47 };

  it.each([
    ["PRIORITY", "asc", "A"],
    ["PRIORITY", "desc", "C"],
    ["DENSITY", "asc", "B"],
    ["DENSITY", "desc", "A"],
    ["DISTANCE", "asc", "B"],
    ["DISTANCE", "desc", "A"],
  ] as const)("by %s %s chooses %s", (by, direction, expected) => {
    expect(chosenFor(places, { sort: [{ by, direction }] }, address)).toBe(expected);
  });

  it.each([
    ["asc", "A"],
    ["desc", "B"],
  ] as const)("by STOCK %s counts what is available of the order's products", (direction, expected) => {
    const input = aPlanningInput(
      [A, B],
      { A: { 1: 2 }, B: { 1: { onHand: 9, reserved: 6 }, 2: 99 } },
      {
        ...withRules({ sort: [{ by: "STOCK", direction }] }),
      },
    );
    expect(only(planFulfilment([anOrder([aLine(1, 1)])], input)).packages[0]!.location.erpCode).toBe(expected);
  });

  it("puts an unknown distance last both ways", () => {
    const unknown = aLocation("U", { priority: 0 });
    expect(chosenFor([unknown, places[0]!], { sort: [{ by: "DISTANCE", direction: "desc" }] }, address)).toBe("A");
  });

  it("breaks ties by the next key, then by ERP code", () => {
    const sort = [
      { by: "PRIORITY", direction: "asc" },
      { by: "DENSITY", direction: "desc" },
    ] as const;
    expect(chosenFor([aLocation("A"), aLocation("B", { openPackages: 1 })], { sort: [...sort] })).toBe("B");
    expect(chosenFor([aLocation("B"), aLocation("A")], { sort: [...sort] })).toBe("A");
  });
});
