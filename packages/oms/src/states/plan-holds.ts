import type { StateChange } from "./check-changes.ts";
import { HOLDABLE_STATES } from "./package-states.ts";
import type { PackageState } from "./transition-rules.ts";

/** A package that is held, or of an order that Omnitron has stopped. */
export interface HoldablePackage {
  readonly id: bigint;
  readonly state: PackageState;
  readonly stateBefore: PackageState | null;
  /** Omnitron wants its order, or an item in it, not to be worked on for now. */
  readonly isStopped: boolean;
  /** A cancellation that is not decided yet concerns an item in it. */
  readonly hasOpenWish: boolean;
  /** The carrier has its parcel: no hold stops that. */
  readonly isHandedOver: boolean;
  readonly hasOpenTransfer: boolean;
}

/**
 * Which packages are to be held, and which go on: a hold begins with Omnitron's word (cancellations hold by themselves)
 * and ends only when its last reason has ended. Pure.
 */
export function planHolds(packages: readonly HoldablePackage[]): StateChange[] {
  return packages.flatMap((one): StateChange[] => {
    const { id, state, stateBefore } = one;
    const isToBeHeld = one.isStopped && !one.isHandedOver;
    if (state !== "CANCELLATION_WAITING") {
      if (!isToBeHeld || !(HOLDABLE_STATES as readonly string[]).includes(state)) return [];
      const attributes = { waits_for: "OMNITRON" };
      return [{ entity: "package", id, command: "AWAIT_CANCELLATION", actor: "drumline", attributes }];
    }
    if (isToBeHeld || one.hasOpenWish) return [];
    const resumed = { entity: "package", id, command: "RESUME_PACKAGE", actor: "drumline" } as const;
    if (stateBefore !== "WAITING_FOR_TRANSFER" || one.hasOpenTransfer) return [resumed];
    return [resumed, { entity: "package", id, command: "TRANSFERS_ARRIVED", actor: "drumline" }];
  });
}
