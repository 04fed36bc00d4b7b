import type { Attempt, ItemSeen, LocationSeen, RuleSeen } from "../rules/attempt-record.ts";
import { Availability, type StockLevel } from "../rules/availability.ts";
import type { Location } from "../rules/location.ts";
import { unitsOf } from "../rules/place-lines.ts";
import { planOrder } from "../rules/plan-order.ts";
import type { Rule, Scenario } from "../rules/scenario.ts";
import { STAGE_OF } from "../rules/where-it-fell.ts";

/** What planning the facts of an attempt comes to. */
export interface PlannedAgain {
  /** By ERP code; what is fetched counts where it comes from. */
  readonly unitsAt: ReadonlyMap<string, number>;
  readonly shortUnits: number;
}

const KM_PER_DEGREE = (6_371 * Math.PI) / 180;

/**
 * Plans an attempt's order once more on what the attempt saw, or on a variation of it. Pure. A location's place is not on
 * record: whether it passed a rule's filter is, and how far away it was.
 */
export function planAgain(attempt: Attempt): PlannedAgain {
  const seen = attempt.locations.filter(({ fellAt }) => !fellAt?.includes("NOT_ACTIVE"));
  const items = attempt.items.filter(({ wanted }) => wanted > 0);
  const productIds = new Map([...new Set(items.map(({ sku }) => sku))].map((sku, index) => [sku, BigInt(index + 1)]));
  const locations = seen.map(toLocation);
  const idOf = new Map(locations.map(({ erpCode, id }) => [erpCode, id]));
  const scenario = (tried: readonly RuleSeen[], fellAt: FellBy): Scenario => ({
    id: null,
    name: attempt.scenario ?? "none",
    conditions: {},
    defaultLocationId: null,
    initialState: "WAITING",
    rules: tried.map((rule, index) => toRule(rule, filteredOut(seen, index, fellAt))),
  });
  const plan = planOrder(
    {
      id: 0n,
      number: "",
      channel: 0,
      shippingOption: null,
      paymentType: null,
      customerType: null,
      address: { ...NO_PLACE, latitude: 0, longitude: 0 },
      packagesSoFar: 0,
      trigger: attempt.trigger,
      attemptsSoFar: 0,
      hasOpenShortfall: false,
      lines: items.map((item) => toLine(item, productIds.get(item.sku)!, idOf)),
    },
    {
      distribution: [scenario(attempt.tried ?? [], ({ fellAt }) => fellAt)],
      transfer: [scenario(attempt.transferRules ?? [], ({ fetchFellAt }) => fetchFellAt)],
      locations,
      defaultLocations: { byId: new Map(), fallback: { ...toLocation(NOWHERE, -2), erpCode: "" } },
      stock: new Availability(seen.flatMap((location) => toLevels(location, idOf, productIds))),
      unknownSkus: new Set(),
    },
    new Map(),
  );
  const unitsAt = new Map<string, number>();
  const add = (code: string, units: number) => unitsAt.set(code, (unitsAt.get(code) ?? 0) + units);
  for (const { state, location, items: packed, transfers } of plan.packages) {
    if (state === "OUT_OF_STOCK") continue;
    add(
      location.erpCode,
      packed.reduce((sum, { reservedUnits }) => sum + reservedUnits, 0),
    );
    for (const transfer of transfers) add(transfer.source.erpCode, unitsOf(transfer.items));
  }
  return { unitsAt, shortUnits: unitsOf(plan.shortfalls) };
}

const NO_PLACE = { country: null, state: null, city: null, district: null };
const NOWHERE: LocationSeen = { erpCode: "", stock: [], rejectedBy: null, chosen: false };

type FellBy = (location: LocationSeen) => LocationSeen["fellAt"];

/** Locations that a rule did not allow; quotas are asked anew. */
const filteredOut = (seen: readonly LocationSeen[], rule: number, fellBy: FellBy): string[] =>
  seen
    .filter((location) => {
      const reason = fellBy(location)?.[rule] ?? null;
      return reason !== null && reason !== "NO_QUOTA" && STAGE_OF[reason] === "FILTER";
    })
    .map(({ erpCode }) => erpCode);

const toRule = (
  { name, sort, selectByQuota, allowSplit, maxPackages, transferable, itemAttribute }: RuleSeen,
  except: string[],
): Rule => ({
  name,
  filter: { except, ...(itemAttribute === null ? {} : { itemAttribute }) },
  sort: [...sort],
  selectByQuota,
  allowSplit,
  maxPackages,
  transferable,
});

function toLocation(
  { erpCode, priority = 0, openPackages = 0, maxQuota = null, km }: LocationSeen,
  index: number,
): Location {
  const isPlaced = km !== undefined && km !== null;
  return {
    ...NO_PLACE,
    id: BigInt(index + 1),
    erpCode,
    type: "",
    priority,
    maxQuota,
    openPackages,
    // As far from the order, which stands at 0°, 0°, as it was.
    latitude: isPlaced ? km / KM_PER_DEGREE : null,
    longitude: isPlaced ? 0 : null,
  };
}

const toLine = (
  { orderItemId, sku, wanted, named = {}, failedAt = [] }: ItemSeen,
  productId: bigint,
  idOf: ReadonlyMap<string, bigint>,
) => ({
  orderItemId: BigInt(orderItemId),
  productId,
  sku,
  wanted,
  attributes: named,
  excludedLocationIds: failedAt.flatMap((code) => idOf.get(code) ?? []),
});

const toLevels = (
  { erpCode, stock }: LocationSeen,
  idOf: ReadonlyMap<string, bigint>,
  productIds: ReadonlyMap<string, bigint>,
): StockLevel[] =>
  stock.flatMap(({ sku, stock_count: onHand, reservation_count: reserved, safety_stock: safetyStock = 0, blocked }) => {
    const productId = productIds.get(sku);
    if (productId === undefined) return [];
    return [{ locationId: idOf.get(erpCode)!, productId, onHand, reserved, safetyStock, blocked: blocked === true }];
  });
