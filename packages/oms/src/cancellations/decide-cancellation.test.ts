import { enums } from "@drumline/db";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import type { PackageState, ShipmentStatus } from "../states/index.ts";
import type { CancellationFacts, PackageFacts } from "./cancellation-facts.ts";
import { type Circumstances, decideCancellation } from "./decide-cancellation.ts";

const quiet: Circumstances = { carrierSaid: new Map(), isLastAttempt: false };
let lastId = 0n;
const aPackage = (
  state: PackageState,
  units: readonly number[],
  overrides: Partial<PackageFacts> = {},
): PackageFacts => ({
  id: (lastId += 1n),
  number: "R1P1",
  state,
  stateBefore: null,
  items: units.map((quantity, index) => ({ id: (lastId += 1n), orderItemId: BigInt(index + 1), quantity })),
  shipment: null,
  transfers: [],
  ...overrides,
});
const aShipment = (status: ShipmentStatus, trackingNumber: string | null = "T") => ({
  id: 77n,
  status,
  carrierCode: "dhl",
  trackingNumber,
  isBusy: false,
});
/** Wishes for `wanted[n]` units of item n + 1, of which the order has `ordered[n]`. */
const facts = (
  wanted: readonly number[],
  ordered: readonly number[],
  packages: readonly PackageFacts[],
  overrides: Partial<CancellationFacts> = {},
): CancellationFacts => ({
  planId: 1n,
  pk: 1n,
  type: "CANCEL",
  attempts: 0,
  orderNumber: "R1",
  orderId: 1n,
  wishes: wanted.map((quantity, index) => ({
    id: BigInt(index + 1),
    itemPk: BigInt(index + 1),
    orderItemId: index < ordered.length ? BigInt(index + 1) : null,
    quantity,
    done: 0,
    isOpen: quantity > 0,
    reason: null,
  })),
  otherWishes: [],
  items: ordered.map((quantity, index) => ({ id: BigInt(index + 1), quantity, cancelled: 0, returned: 0 })),
  packages,
  ...overrides,
});
const inWords = (given: CancellationFacts, circumstances = quiet): string => {
  const { outcomes, packages } = decideCancellation(given, circumstances);
  return [
    ...outcomes.map(
      ({ done, waiting, rejected, reason }) => `${done}/${waiting}/${rejected}${reason === null ? "" : ` ${reason}`}`,
    ),
    ...packages.map(({ kind, waitsFor }) => `${kind}${waitsFor === null ? "" : ` ${waitsFor}`}`),
  ].join("; ");
};

describe("the stage of a package decides", () => {
  const cancelled = "1/0/0; CANCEL";
  const shipped = "0/0/1 ALREADY_SHIPPED";
  const expected: Readonly<Record<Exclude<PackageState, "CANCELLED" | "CANCELLATION_WAITING">, string>> = {
    WAITING: cancelled,
    WAITING_REMOTE_ACTION: cancelled,
    WAITING_FOR_TRANSFER: cancelled,
    PREPARING: cancelled,
    BLOCKED: cancelled,
    READY_FOR_PACKAGING: cancelled,
    PACKED: cancelled,
    NEEDS_REPLAN: cancelled,
    OUT_OF_STOCK: cancelled,
    DEFECTIVE_PRODUCT: cancelled,
    UNAVAILABLE: cancelled,
    PACKED_FOR_REFUND: cancelled,
    SHIPPED: shipped,
    READY_FOR_PICKUP: shipped,
    ATTEMPTED_DELIVERY: shipped,
    DELIVERY_FAILED: shipped,
    DELIVERED: shipped,
  };
  it.each(Object.entries(expected))("%s", (state, words) => {
    expect(inWords(facts([1], [1], [aPackage(state as PackageState, [1])]))).toBe(words);
  });
  it("knows every state a live package can have", () => {
    expect([...Object.keys(expected), "CANCELLED", "CANCELLATION_WAITING"].toSorted()).toEqual(
      Object.values(enums.PackageState).toSorted(),
    );
  });

  it.each<[string, string, CancellationFacts, Circumstances?]>([
    ["units in no package go at once", "2/0/0", facts([2], [3], [])],
    ["units in no package go first", "2/0/0; REDUCE", facts([2], [4], [aPackage("WAITING", [3])])],
    ["part of a package is taken out of it", "1/0/0; REDUCE", facts([1], [3], [aPackage("WAITING", [3])])],
    ["an item among others too", "1/0/0; REDUCE", facts([1], [1, 1], [aPackage("PREPARING", [1, 1])])],
    ["all items together cancel it", "1/0/0; 2/0/0; CANCEL", facts([1, 2], [1, 2], [aPackage("WAITING", [1, 2])])],
    ["part of a packed package stays", "0/0/1 PACKED_WITH_OTHERS", facts([1], [2], [aPackage("PACKED", [2])])],
    [
      "the easiest package first",
      "2/0/0; CANCEL",
      facts([2], [4], [aPackage("SHIPPED", [2]), aPackage("WAITING", [2])]),
    ],
    [
      "what is shipped stays",
      "1/0/1 ALREADY_SHIPPED; CANCEL",
      facts([2], [2], [aPackage("SHIPPED", [1]), aPackage("WAITING", [1])]),
    ],
    ["more than is left", "2/0/3 NOTHING_LEFT; CANCEL", facts([5], [2], [aPackage("WAITING", [2])])],
    ["an item the order does not have", "0/0/1 UNKNOWN_ITEM", facts([1], [], [])],
    [
      "a label at the carrier",
      "0/1/0; AWAIT CARRIER",
      facts([1], [1], [aPackage("PACKED", [1], { shipment: aShipment("CREATED") })]),
    ],
    [
      "a parcel nobody announced",
      "1/0/0; CANCEL",
      facts([1], [1], [aPackage("PACKED", [1], { shipment: aShipment("CREATED", null) })]),
    ],
    [
      "a parcel being announced",
      "0/1/0; AWAIT CARRIER",
      facts([1], [1], [aPackage("PACKED", [1], { shipment: { ...aShipment("CREATED", null), isBusy: true } })]),
    ],
    [
      "a parcel on its way",
      "0/0/1 CARRIER_HAS_IT",
      facts([1], [1], [aPackage("PACKED", [1], { shipment: aShipment("SHIPPING") })]),
    ],
    [
      "a transfer on the road",
      "0/1/0; AWAIT TRANSFER",
      facts([1], [1], [aPackage("WAITING_FOR_TRANSFER", [1], { transfers: [{ id: 1n, state: "IN_TRANSIT" }] })]),
    ],
    [
      "a transfer not begun",
      "1/0/0; CANCEL",
      facts([1], [1], [aPackage("WAITING_FOR_TRANSFER", [1], { transfers: [{ id: 1n, state: "READY_TO_SHIPMENT" }] })]),
    ],
    ["a refund of what is delivered", "1/0/0", facts([1], [1], [aPackage("DELIVERED", [1])], { type: "REFUND" })],
    [
      "a refund of what is not packed",
      "1/0/0; CANCEL",
      facts([1], [1], [aPackage("WAITING", [1])], { type: "REFUND" }),
    ],
    [
      "a refund of what came back already",
      "1/0/1 NOTHING_LEFT",
      facts([2], [2], [aPackage("DELIVERED", [2])], {
        type: "REFUND",
        items: [{ id: 1n, quantity: 2, cancelled: 0, returned: 1 }],
      }),
    ],
  ])("%s", (_, words, given, circumstances = quiet) => {
    expect(inWords(given, circumstances)).toBe(words);
  });
});

describe("a package that waits for its cancellation", () => {
  const held = (shipment: PackageFacts["shipment"]) =>
    facts([1], [1], [aPackage("CANCELLATION_WAITING", [1], { stateBefore: "PACKED", shipment })]);
  const said = (status: ShipmentStatus, isLastAttempt = false): Circumstances => ({
    carrierSaid: new Map([[77n, status as "CREATED"]]),
    isLastAttempt,
  });
  it.each([
    ["is cancelled once the carrier gives the parcel back", said("DELETED"), "1/0/0; CANCEL"],
    ["goes on when the carrier already has it", said("SHIPPING"), "0/0/1 CARRIER_HAS_IT; RESUME"],
    ["waits while the carrier says nothing", quiet, "0/1/0"],
    ["goes on after the last attempt", { ...quiet, isLastAttempt: true }, "0/0/1 GAVE_UP; RESUME"],
  ])("%s", (_, circumstances, words) => {
    expect(inWords(held(aShipment("CREATED")), circumstances)).toBe(words);
  });
  it("is cancelled or reduced once its goods have arrived", () => {
    const arrived = (units: number) => [
      aPackage("CANCELLATION_WAITING", [units], { stateBefore: "WAITING_FOR_TRANSFER" }),
    ];
    expect(inWords(facts([1], [1], arrived(1)))).toBe("1/0/0; CANCEL");
    expect(inWords(facts([1], [2], arrived(2)))).toBe("1/0/0; REDUCE");
  });
});

it("every unit wished for is done, waits or is rejected, and none is cancelled that is not there", () => {
  const states = Object.values(enums.PackageState).filter((state) => state !== "CANCELLED");
  const packages = fc.array(
    fc.record({
      state: fc.constantFrom(...states),
      units: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
      status: fc.constantFrom<ShipmentStatus | null>(null, "CREATED", "SHIPPING"),
      isRefund: fc.boolean(),
    }),
    { maxLength: 4 },
  );
  const numbers = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }));
  fc.assert(
    fc.property(
      packages,
      numbers,
      numbers,
      fc.boolean(),
      fc.boolean(),
      (drawn, wanted, spare, isLastAttempt, isRefund) => {
        const built = drawn.map(({ state, units, status }) =>
          aPackage(state, units, { stateBefore: "PACKED", shipment: status === null ? null : aShipment(status) }),
        );
        const ordered = [0, 1].map(
          (item) => built.reduce((sum, one) => sum + one.items[item]!.quantity, 0) + spare[item]! - 1 || 1,
        );
        const given = facts(wanted, ordered, built, { type: isRefund ? "REFUND" : "CANCEL" });
        const {
          outcomes,
          cancelled,
          returned,
          packages: decisions,
        } = decideCancellation(given, { ...quiet, isLastAttempt });
        for (const [index, { done, waiting, rejected }] of outcomes.entries()) {
          expect(done + waiting + rejected).toBe(wanted[index]);
          const gone = [...cancelled, ...returned].filter(({ orderItemId }) => orderItemId === BigInt(index + 1));
          expect(gone.reduce((sum, { units }) => sum + units, 0)).toBe(done);
          expect(done).toBeLessThanOrEqual(ordered[index]!);
          if (isLastAttempt) expect(waiting).toBe(0);
        }
        for (const { kind, taken, package: one } of decisions)
          if (kind === "REDUCE") {
            const units = taken.reduce((sum, part) => sum + part.units, 0);
            expect(units).toBeLessThan(one.items.reduce((sum, item) => sum + item.quantity, 0));
          }
      },
    ),
  );
});

describe("two plans of an order", () => {
  const packed = () => aPackage("PACKED", [1, 1]);
  const other = (itemPk: bigint, quantity: number) => ({
    id: 9n,
    itemPk,
    orderItemId: itemPk,
    quantity,
    done: 0,
    isOpen: true,
    reason: null,
  });

  it("that together empty a packed package take it back", () => {
    const given = facts([1], [1, 1], [packed()], { otherWishes: [other(2n, 1)] });
    expect(decideCancellation(given, quiet).packages).toMatchObject([{ kind: "CANCEL" }]);
    expect(decideCancellation(given, quiet).cancelled).toEqual([{ orderItemId: 1n, units: 1 }]);
  });

  it("that leave something in it do not", () => {
    const given = facts([1], [1, 1, 1], [aPackage("PACKED", [1, 1, 1])], { otherWishes: [other(2n, 1)] });
    expect(decideCancellation(given, quiet).outcomes).toMatchObject([{ rejected: 1, reason: "PACKED_WITH_OTHERS" }]);
  });

  it("that want the same unit do not count it twice", () => {
    const given = facts([1], [1, 1], [packed()], { otherWishes: [other(1n, 1)] });
    expect(decideCancellation(given, quiet).outcomes).toMatchObject([{ rejected: 1 }]);
  });
});
