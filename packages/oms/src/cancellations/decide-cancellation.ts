import type { CarrierStatus } from "@drumline/outbound/carriers";
import { groupBy } from "../group-by.ts";
import { RESERVING_STATES, EXCEPTION_STATES } from "../states/package-states.ts";
import type { PackageState } from "../states/index.ts";
import type { CancellationFacts, OrderItemFacts, PackageFacts, ParcelFacts, Wish } from "./cancellation-facts.ts";

/** Why units are not cancelled; told to Omnitron. */
export type RejectReason =
  "UNKNOWN_ITEM" | "NOTHING_LEFT" | "PACKED_WITH_OTHERS" | "ALREADY_SHIPPED" | "CARRIER_HAS_IT" | "GAVE_UP";

/** What is done about a plan. */
export interface CancellationDecision {
  readonly facts: CancellationFacts;
  readonly outcomes: readonly WishOutcome[];
  readonly packages: readonly PackageDecision[];
  /** Units to take off order items for good. */
  readonly cancelled: readonly Units[];
  /** Units that come back from the customer. */
  readonly returned: readonly Units[];
}

/** Units of an order item. */
export interface Units {
  readonly orderItemId: bigint;
  readonly units: number;
}

/** What becomes of a wish's units: done, waiting or rejected. */
export interface WishOutcome {
  readonly wish: Wish;
  readonly done: number;
  readonly waiting: number;
  readonly rejected: number;
  readonly reason: RejectReason | null;
  /** The package that decides about the waiting units. */
  readonly packageId: bigint | null;
}

/** What happens to a package: all of it, or some of its items, or nothing yet. */
export interface PackageDecision {
  readonly package: PackageFacts;
  readonly kind: "CANCEL" | "REDUCE" | "AWAIT" | "RESUME";
  /** For REDUCE: units taken from each package item. */
  readonly taken: readonly { readonly packageItemId: bigint; readonly units: number }[];
  /** For REDUCE: the units are at the package's own location, so that what is fetched for the package is fetched all the same. */
  readonly keepsTransfers: boolean;
  /** For AWAIT: what is waited for. */
  readonly waitsFor: "CARRIER" | "TRANSFER" | null;
  /** The carrier has given it back, or never knew of it. */
  readonly deletesShipment: boolean;
}

/** What a decision depends on besides the facts. */
export interface Circumstances {
  /** What carriers said when asked for a parcel back, by shipment. */
  readonly carrierSaid: ReadonlyMap<bigint, CarrierStatus>;
  /** Attempts are used up: what still waits is rejected. */
  readonly isLastAttempt: boolean;
}

type Decision = PackageDecision["kind"] | "RETURN" | RejectReason;

/**
 * Decides a plan by the stage its units are in (oms-domain 4.2): not yet in a package: cancelled; in one before packing:
 * taken out, or the whole package cancelled; packed with a label, or fetched from another location by a parcel that a
 * carrier knows: waits until that is given back or has arrived; with the customer or on the way there: a cancellation is
 * rejected, a refund recorded as a return. A packed package is taken back only where this plan and the others of the order
 * empty it. Units beyond what is left are rejected. Pure.
 */
export function decideCancellation(facts: CancellationFacts, circumstances: Circumstances): CancellationDecision {
  const units = findUnits(facts);
  const canBeDecided = facts.orderId !== null || circumstances.isLastAttempt;
  const open = facts.wishes.filter(({ isOpen }) => isOpen && canBeDecided);
  const claims = open.map((wish) => claimUnits(wish, facts.type, units));
  const otherClaims = facts.otherWishes.map((wish) => claimUnits(wish, facts.type, units));

  const decisions = new Map<PackageFacts, Decision>();
  const takenByPackage = groupBy(
    claims.flatMap(({ parts }) => parts),
    (part) => part.package,
  );
  const takenByOthers = groupBy(
    otherClaims.flatMap(({ parts }) => parts),
    (part) => part.package,
  );
  for (const one of facts.packages) {
    const taken = takenByPackage.get(one);
    if (taken === undefined) continue;
    const isEmptied = countUnits(taken) + countUnits(takenByOthers.get(one) ?? []) === unitsIn(one);
    decisions.set(one, decidePackage(one, { taken, isEmptied }, facts.type, circumstances));
  }
  return {
    facts,
    outcomes: claims.map((claim) => outcomeOf(claim, decisions)),
    packages: [...decisions].flatMap(([one, decision]) => toPackageDecision(one, decision, takenByPackage.get(one)!)),
    cancelled: sumUnits(
      claims,
      (claim) => claim.unplanned,
      decisions,
      (decision) => decision === "CANCEL" || decision === "REDUCE",
    ),
    returned: sumUnits(
      claims,
      () => 0,
      decisions,
      (decision) => decision === "RETURN",
    ),
  };
}

const unitsIn = ({ items }: PackageFacts): number => items.reduce((sum, { quantity }) => sum + quantity, 0);

interface Claim {
  readonly wish: Wish;
  readonly unplanned: number;
  readonly parts: readonly ClaimedPart[];
  /** Units nobody has. */
  readonly missing: number;
}

interface ClaimedPart {
  readonly package: PackageFacts;
  readonly packageItemId: bigint;
  readonly units: number;
}

/** Where the units of each order item are; they go down as wishes claim them. */
interface UnitsLeft {
  readonly itemById: ReadonlyMap<bigint, OrderItemFacts>;
  readonly unplanned: Map<bigint, number>;
  readonly held: Map<bigint, number>;
  /** By order item, those easiest to take back first. */
  readonly places: ReadonlyMap<bigint, readonly { readonly package: PackageFacts; readonly packageItemId: bigint }[]>;
}

function findUnits({ items, packages }: CancellationFacts): UnitsLeft {
  const parts = packages
    .toSorted((left, right) => stageOf(left) - stageOf(right))
    .flatMap((one) => one.items.map((item) => ({ package: one, packageItemId: item.id, ...item })));
  const places = groupBy(parts, ({ orderItemId }) => orderItemId);
  const inPackages = (id: bigint) => (places.get(id) ?? []).reduce((sum, { quantity }) => sum + quantity, 0);
  return {
    itemById: new Map(items.map((item) => [item.id, item])),
    unplanned: new Map(
      items.map(({ id, quantity, cancelled }) => [id, Math.max(0, quantity - cancelled - inPackages(id))]),
    ),
    held: new Map(parts.map(({ packageItemId, quantity }) => [packageItemId, quantity])),
    places,
  };
}

function claimUnits(wish: Wish, type: CancellationFacts["type"], { itemById, ...units }: UnitsLeft): Claim {
  const item = wish.orderItemId === null ? undefined : itemById.get(wish.orderItemId);
  let left = wish.quantity - wish.done;
  if (item === undefined) return { wish, unplanned: 0, parts: [], missing: left };
  const unplanned = Math.min(left, units.unplanned.get(item.id)!);
  units.unplanned.set(item.id, units.unplanned.get(item.id)! - unplanned);
  left -= unplanned;
  // Units that were taken back already are with a customer no more.
  let returned = type === "REFUND" ? item.returned : 0;
  const parts: ClaimedPart[] = [];
  for (const { package: one, packageItemId } of units.places.get(item.id) ?? []) {
    const held = units.held.get(packageItemId)!;
    const back = stageOf(one) === GONE ? Math.min(returned, held) : 0;
    returned -= back;
    const taken = Math.min(left, held - back);
    if (taken <= 0) continue;
    units.held.set(packageItemId, held - taken);
    left -= taken;
    parts.push({ package: one, packageItemId, units: taken });
  }
  return { wish, unplanned, parts, missing: left };
}

const [WORKABLE, PACKED, GONE] = [0, 1, 2] as const;

function stageOf(one: PackageFacts): number {
  const state = stateOf(one);
  if (state === "PACKED") return PACKED;
  const workable: readonly string[] = [...RESERVING_STATES, ...EXCEPTION_STATES, "PACKED_FOR_REFUND"];
  return workable.includes(state) ? WORKABLE : GONE;
}

/** One that is held counts as what it was before. */
export const stateOf = ({ state, stateBefore }: PackageFacts): PackageState =>
  state === "CANCELLATION_WAITING" && stateBefore !== null ? stateBefore : state;

/** It has left the house. */
export const isGone = (one: PackageFacts): boolean => stageOf(one) === GONE;

function decidePackage(
  one: PackageFacts,
  { taken, isEmptied }: { readonly taken: readonly ClaimedPart[]; readonly isEmptied: boolean },
  type: CancellationFacts["type"],
  circumstances: Circumstances,
): Decision {
  if (stageOf(one) === GONE) return type === "REFUND" ? "RETURN" : "ALREADY_SHIPPED";
  const isWhole = countUnits(taken) === unitsIn(one);
  if (stateOf(one) === "PACKED") return isEmptied ? decideParcel(one, type, circumstances) : "PACKED_WITH_OTHERS";
  if (!isWhole && isReservedHere(one, taken)) return "REDUCE";
  const isUnderWay = one.transfers.some(
    ({ state, parcel }) => state === "IN_TRANSIT" || (parcel != null && isAtCarrier(parcel, circumstances)),
  );
  if (isUnderWay) return circumstances.isLastAttempt ? "GAVE_UP" : "AWAIT";
  return isWhole ? "CANCEL" : "REDUCE";
}

const countUnits = (parts: readonly ClaimedPart[]): number => parts.reduce((sum, { units }) => sum + units, 0);

/** The package goes on waiting for what is fetched for it, since these units are not among that. */
function isReservedHere({ items, transfers }: PackageFacts, taken: readonly ClaimedPart[]): boolean {
  const reserved = new Map(items.map((item) => [item.id, item.reserved ?? 0]));
  return transfers.length > 0 && taken.every(({ packageItemId, units }) => units <= reserved.get(packageItemId)!);
}

/** The carrier has been told of it, or is being told, and has not given it back. */
function isAtCarrier({ id, status, trackingNumber, isBusy }: ParcelFacts, { carrierSaid }: Circumstances): boolean {
  const now = carrierSaid.get(id) ?? status;
  return now === "CREATED" ? trackingNumber !== null || isBusy : now !== "DELETED";
}

function decideParcel(
  { shipment }: PackageFacts,
  type: CancellationFacts["type"],
  circumstances: Circumstances,
): Decision {
  if (shipment === null) return "CANCEL";
  if (!isAtCarrier(shipment, circumstances)) return "CANCEL";
  const status = circumstances.carrierSaid.get(shipment.id) ?? shipment.status;
  if (status !== "CREATED") return type === "REFUND" ? "RETURN" : "CARRIER_HAS_IT";
  return circumstances.isLastAttempt ? "GAVE_UP" : "AWAIT";
}

const isWaiting = (decision: Decision): boolean => decision === "AWAIT";
const isDone = (decision: Decision): boolean => decision === "CANCEL" || decision === "REDUCE" || decision === "RETURN";

function outcomeOf(
  { wish, unplanned, parts, missing }: Claim,
  decisions: ReadonlyMap<PackageFacts, Decision>,
): WishOutcome {
  const unitsOf = (matches: (decision: Decision) => boolean): number =>
    parts.filter((part) => matches(decisions.get(part.package)!)).reduce((sum, { units }) => sum + units, 0);
  const waiting = parts.find((part) => isWaiting(decisions.get(part.package)!));
  const refused = parts.find(
    (part) => !isWaiting(decisions.get(part.package)!) && !isDone(decisions.get(part.package)!),
  );
  const missingReason = wish.orderItemId === null ? "UNKNOWN_ITEM" : "NOTHING_LEFT";
  return {
    wish,
    done: unplanned + unitsOf(isDone),
    waiting: unitsOf(isWaiting),
    rejected: missing + unitsOf((decision) => !isDone(decision) && !isWaiting(decision)),
    reason:
      refused !== undefined ? (decisions.get(refused.package) as RejectReason) : missing > 0 ? missingReason : null,
    packageId: (waiting ?? refused ?? parts[0])?.package.id ?? null,
  };
}

function toPackageDecision(one: PackageFacts, decision: Decision, parts: readonly ClaimedPart[]): PackageDecision[] {
  const isOnHold = one.state === "CANCELLATION_WAITING";
  const base = { package: one, taken: [], keepsTransfers: false, waitsFor: null, deletesShipment: false };
  if (decision === "CANCEL") {
    const deletesShipment = one.shipment !== null && one.shipment.status === "CREATED";
    return [{ ...base, kind: "CANCEL", deletesShipment }];
  }
  if (decision === "REDUCE") {
    const taken = parts.map(({ packageItemId, units }) => ({ packageItemId, units }));
    return [{ ...base, kind: "REDUCE", taken, keepsTransfers: isReservedHere(one, parts) }];
  }
  if (decision === "AWAIT") {
    const waitsFor = one.transfers.some(({ state }) => state === "IN_TRANSIT") ? "TRANSFER" : "CARRIER";
    return isOnHold ? [] : [{ ...base, kind: "AWAIT", waitsFor }];
  }
  return isOnHold ? [{ ...base, kind: "RESUME" }] : [];
}

function sumUnits(
  claims: readonly Claim[],
  ownUnits: (claim: Claim) => number,
  decisions: ReadonlyMap<PackageFacts, Decision>,
  matches: (decision: Decision) => boolean,
): Units[] {
  return claims
    .map((claim) => ({
      orderItemId: claim.wish.orderItemId!,
      units:
        ownUnits(claim) +
        claim.parts.filter((part) => matches(decisions.get(part.package)!)).reduce((sum, { units }) => sum + units, 0),
    }))
    .filter(({ units }) => units > 0);
}
