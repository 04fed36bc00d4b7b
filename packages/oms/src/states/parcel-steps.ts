import type { StateChange } from "./check-changes.ts";
import type { PackageState, ShipmentStatus } from "./transition-rules.ts";

/** What a package is when its parcel is this far; null where the parcel says nothing that a package in SHIPPED is not. */
export function packageStateOf(
  status: ShipmentStatus,
): "READY_FOR_PICKUP" | "ATTEMPTED_DELIVERY" | "DELIVERY_FAILED" | "DELIVERED" | null {
  switch (status) {
    case "READY_FOR_PICKUP":
    case "ATTEMPTED_DELIVERY":
    case "DELIVERY_FAILED":
    case "DELIVERED":
      return status;
    case "CREATED":
    case "DELETED":
    case "SHIPPING":
    case "EXPIRED":
      return null;
  }
}

/** Where a carrier's word takes a package that has left. */
export function toPackageSteps(id: bigint, status: ShipmentStatus, actor: string): StateChange[] {
  const to = packageStateOf(status);
  return to === null ? [] : [{ entity: "package", id, command: "UPDATE_SHIPMENT_STATUS", to, actor }];
}

/** Where a carrier's word takes a transfer. Goods that have arrived have also left. */
export function toTransferSteps(id: bigint, status: ShipmentStatus, actor: string): StateChange[] {
  if (status === "CREATED" || status === "DELETED" || status === "EXPIRED") return [];
  const left: StateChange = { entity: "transfer_order", id, command: "TRANSFER_IN_TRANSIT", actor };
  const arrived: StateChange = { entity: "transfer_order", id, command: "TRANSFER_TRANSFERRED", actor };
  return status === "DELIVERED" ? [left, arrived] : [left];
}

/**
 * Whether a package that has left is behind its parcel. Of two that are equally far, what was said last holds: a parcel
 * that waits for pick-up may be brought once more.
 */
export function isBehind(state: PackageState, status: ShipmentStatus): boolean {
  if (status === "DELIVERED") return state !== "DELIVERED";
  return state === "SHIPPED" && packageStateOf(status) !== null;
}
