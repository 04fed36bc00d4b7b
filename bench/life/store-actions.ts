import type { StoreWork } from "@drumline/oms/simulation";

import type { Dice } from "../dice.ts";

/** A command as a store's software gives it. */
export interface StoreAction {
  readonly command: string;
  readonly args: object;
}

/** Weight, command, and its arguments. */
type Choice = readonly [number, string, ((work: StoreWork, dice: Dice, places: readonly string[]) => object)?];

const none = () => ({});
const some = ({ items }: StoreWork, dice: Dice) => ({
  items: dice.shuffle(items.map(({ orderItemId }) => orderItemId)).slice(0, 1 + Math.floor(dice.roll() * items.length)),
});
const somewhere = ({ items, erpCode }: StoreWork, dice: Dice, places: readonly string[]) => ({
  groups: [
    {
      location: dice.roll() < 0.5 || places.length === 0 ? erpCode : dice.pick(places),
      items: items.map(({ orderItemId }) => ({ order_item_id: orderItemId })),
    },
  ],
});
const refusal = () => ({ reason: { title: "too busy" } });
const progress = (_: StoreWork, dice: Dice) => ({
  status: dice.pick(["READY_FOR_PICKUP", "ATTEMPTED_DELIVERY", "DELIVERY_FAILED", "DELIVERED", "DELIVERED"]),
});

/** What may be done to a package in a state. */
const PACKAGE_CHOICES: Readonly<Record<string, readonly Choice[]>> = {
  WAITING: [
    [45, "COMPLETE_PACKAGING"],
    [18, "PREPARE_PACKAGE_COMMAND"],
    [8, "DETECTED_OUT_OF_STOCK_ITEM", some],
    [3, "DETECTED_OUT_OF_STOCK_ITEM"],
    [3, "DETECTED_OUT_OF_STOCK_ITEM", (work, dice) => ({ ...some(work, dice), defective: true })],
    [2, "DETECTED_OUT_OF_STOCK_ITEM", (work, dice) => ({ ...some(work, dice), discrepancy: false })],
    [5, "REFUSE", refusal],
    [4, "BLOCK_THE_PACKAGE"],
    [4, "COMPLETE_PACKAGING_WITHOUT_SHIPMENT"],
    [3, "MANUAL_PLANNING", somewhere],
    [1, "PKG_DEALLOCATE_RESERVATIONS"],
    [1, "PACKED_FOR_REFUND"],
  ],
  WAITING_REMOTE_ACTION: [[1, "PKG_STATE_TRANSITION", () => ({ state: "WAITING" })]],
  PREPARING: [
    [40, "COMPLETE_PACKAGING"],
    [30, "PKG_STATE_TRANSITION", () => ({ state: "READY_FOR_PACKAGING" })],
    [10, "DETECTED_OUT_OF_STOCK_ITEM", some],
    [5, "REFUSE", refusal],
    [3, "BLOCK_THE_PACKAGE"],
    [3, "MANUAL_PLANNING", somewhere],
  ],
  READY_FOR_PACKAGING: [
    [80, "COMPLETE_PACKAGING"],
    [8, "COMPLETE_PACKAGING_WITHOUT_SHIPMENT"],
    [8, "DETECTED_OUT_OF_STOCK_ITEM", some],
    [4, "BLOCK_THE_PACKAGE"],
  ],
  BLOCKED: [
    [90, "UNBLOCK_THE_PACKAGE"],
    [10, "MANUAL_PLANNING", somewhere],
  ],
  WAITING_FOR_TRANSFER: [
    [97, ""],
    [3, "MANUAL_PLANNING", somewhere],
  ],
  OUT_OF_STOCK: [
    [90, ""],
    [8, "MANUAL_PLANNING", somewhere],
    [2, "PACKED_FOR_REFUND"],
  ],
};

const PACKED: Readonly<Record<"parcel" | "none", readonly Choice[]>> = {
  parcel: [
    [97, ""],
    [3, "SHIP_THE_PACKAGE"],
  ],
  none: [
    [60, "SHIP_THE_PACKAGE"],
    [40, "SHIP_THE_PACKAGE", ({ id }) => ({ carrier: "own-van", tracking_number: `van-${id}` })],
  ],
};
const UNDER_WAY: readonly Choice[] = [[1, "UPDATE_SHIPMENT_STATUS", progress]];

const TRANSFER_CHOICES: Readonly<Record<string, readonly Choice[]>> = {
  WAITING: [
    [70, "TRANSFER_READY_TO_SHIPMENT", () => ({})],
    [10, "TRANSFER_OUT_OF_STOCK"],
    [8, "TRANSFER_OUT_OF_STOCK", some],
    [5, "TRANSFER_CANCEL"],
  ],
  READY_TO_SHIPMENT: [
    [60, ""],
    [35, "TRANSFER_IN_TRANSIT"],
    [5, "TRANSFER_CANCEL"],
  ],
  IN_TRANSIT: [
    [60, ""],
    [40, "TRANSFER_TRANSFERRED"],
  ],
  OUT_OF_STOCK: [
    [95, ""],
    [5, "TRANSFER_CANCEL"],
  ],
};

/** What every store does when nothing more goes wrong. */
const CALM: Readonly<Record<string, StoreAction>> = {
  WAITING: { command: "COMPLETE_PACKAGING", args: {} },
  WAITING_REMOTE_ACTION: { command: "PKG_STATE_TRANSITION", args: { state: "WAITING" } },
  PREPARING: { command: "COMPLETE_PACKAGING", args: {} },
  READY_FOR_PACKAGING: { command: "COMPLETE_PACKAGING", args: {} },
  BLOCKED: { command: "UNBLOCK_THE_PACKAGE", args: {} },
};
const CALM_TRANSFERS: Readonly<Record<string, string>> = {
  WAITING: "TRANSFER_READY_TO_SHIPMENT",
  READY_TO_SHIPMENT: "TRANSFER_IN_TRANSIT",
  IN_TRANSIT: "TRANSFER_TRANSFERRED",
};

const isUnderWay = (state: string): boolean =>
  ["SHIPPED", "READY_FOR_PICKUP", "ATTEMPTED_DELIVERY", "DELIVERY_FAILED"].includes(state);

/** What the store does about the package now; null: nothing. Parcels of carriers move by themselves. Pure. */
export function decidePackage(
  work: StoreWork,
  dice: Dice,
  { isCalm, places }: { isCalm: boolean; places: readonly string[] },
): StoreAction | null {
  const { state, hasParcel } = work;
  if (isUnderWay(state)) {
    if (hasParcel) return null;
    return isCalm
      ? { command: "UPDATE_SHIPMENT_STATUS", args: { status: "DELIVERED" } }
      : choose(UNDER_WAY, work, dice, places);
  }
  if (state === "PACKED") {
    if (isCalm) return hasParcel ? null : { command: "SHIP_THE_PACKAGE", args: {} };
    return choose(PACKED[hasParcel ? "parcel" : "none"], work, dice, places);
  }
  if (isCalm) return CALM[state] ?? null;
  return choose(PACKAGE_CHOICES[state] ?? [], work, dice, places);
}

/** As `decidePackage`, for a transfer. */
export function decideTransfer(work: StoreWork, dice: Dice, { isCalm }: { isCalm: boolean }): StoreAction | null {
  if (!isCalm) return choose(TRANSFER_CHOICES[work.state] ?? [], work, dice, []);
  const command = CALM_TRANSFERS[work.state];
  return command === undefined ? null : { command, args: {} };
}

function choose(
  choices: readonly Choice[],
  work: StoreWork,
  dice: Dice,
  places: readonly string[],
): StoreAction | null {
  let rest = dice.roll() * choices.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, command, toArgs = none] of choices) {
    rest -= weight;
    if (rest < 0) return command === "" ? null : { command, args: toArgs(work, dice, places) };
  }
  return null;
}
