import { type Database, Prisma, type Transaction } from "@drumline/db";

import type { StockAnswer } from "../../gateways/inventory/port.ts";
import { loadAwaitedUnits, saveAwaitedUnits } from "../../reservations/awaited-units.sql.ts";
import { openOversold } from "../../states/oversold.sql.ts";
import { Availability, type StockLevel } from "../rules/availability.ts";
import type { PlanningInput } from "../rules/planning-input.ts";
import type { WaitingOrder } from "../rules/waiting-order.ts";
import { loadLocations, type LocationRow } from "./location.sql.ts";
import type { PlanningSetup } from "./planning-setup.ts";
import { mayBeAwaited, planLevels } from "./stock-levels.ts";
import { type ChangedRow, loadReserved, loadStock, type StockRow, updateStock } from "./stock.sql.ts";

/**
 * Takes the engine's answer into the stock table and locks what the batch may use: the snapshot it is planned on. The rows
 * are there already (`insertMissingStock`).
 */
export async function lockPlanningInput(
  tx: Transaction,
  orders: readonly WaitingOrder[],
  answer: StockAnswer,
  setup: PlanningSetup,
): Promise<PlanningInput> {
  const locations = await loadWantedLocations(tx, answer, setup, { lock: true });
  const rows = await loadStock(tx, productIdsOf(orders), { lock: true });
  const awaited = await loadAwaitedUnits(tx, rows.filter(mayBeAwaited));
  const changed = planLevels(rows, answer, awaited, setup.forgottenBefore);
  await updateStock(tx, changed.rows, setup.clock.now());
  await saveAwaitedUnits(tx, changed.awaited);
  const input = await toPlanningInput(tx, rows, changed.rows, locations, answer, setup);
  const oversold = changed.rows.filter(({ locationId, productId }) => input.stock.isOversold(locationId, productId));
  if (oversold.length > 0) await openOversold(tx, toPlaces(oversold), setup.clock.now());
  return input;
}

/** As `lockPlanningInput`, with nothing locked and nothing written. */
export async function loadPlanningInput(
  db: Database,
  orders: readonly WaitingOrder[],
  answer: StockAnswer,
  setup: PlanningSetup,
): Promise<PlanningInput> {
  const locations = await loadWantedLocations(db, answer, setup, { lock: false });
  const rows = [...(await loadStock(db, productIdsOf(orders), { lock: false }))];
  const known = new Set(rows.map(({ erpCode, sku }) => `${erpCode} ${sku}`));
  const productBySku = new Map(orders.flatMap(({ lines }) => lines.map(({ sku, productId }) => [sku, productId])));
  const locationByCode = new Map(locations.map((location) => [location.erpCode, location.id]));
  for (const { sku, erpCode, quantity } of answer.levels) {
    const productId = productBySku.get(sku);
    const locationId = locationByCode.get(erpCode);
    if (known.has(`${erpCode} ${sku}`) || productId === undefined || locationId === undefined) continue;
    const sourceUpdatedAt = answer.asOf.get(sku)!;
    rows.push({ locationId, erpCode, productId, sku, onHand: quantity, engineLevel: quantity, sourceUpdatedAt });
  }
  const awaited = await loadAwaitedUnits(db, rows.filter(mayBeAwaited));
  const changed = planLevels(rows, answer, awaited, setup.forgottenBefore);
  return await toPlanningInput(db, rows, changed.rows, locations, answer, setup);
}

function loadWantedLocations(
  db: Database | Transaction,
  answer: StockAnswer,
  { distribution, transfer, fallbackLocationId }: PlanningSetup,
  { lock }: { readonly lock: boolean },
): Promise<LocationRow[]> {
  const rules = [...distribution, ...transfer].flatMap((scenario) => scenario.rules);
  const byQuota = rules.some(({ selectByQuota }) => selectByQuota);
  const defaults = distribution.flatMap(({ defaultLocationId }) => defaultLocationId ?? []);
  return loadLocations(db, {
    erpCodes: [
      ...new Set([
        ...answer.levels.map(({ erpCode }) => erpCode),
        ...rules.flatMap(({ filter }) => filter.include ?? []),
      ]),
    ],
    ids: [fallbackLocationId, ...defaults],
    countOpenPackages: byQuota || rules.some(({ sort }) => sort.some(({ by }) => by === "DENSITY")),
    lock: lock && byQuota,
  });
}

async function toPlanningInput(
  db: Database | Transaction,
  known: readonly StockRow[],
  changed: readonly ChangedRow[],
  locations: readonly LocationRow[],
  answer: StockAnswer,
  setup: PlanningSetup,
): Promise<PlanningInput> {
  const rows = replaceRows(known, changed);
  const reserved = new Map(
    (await loadReserved(db, rows)).map((place) => [`${place.locationId} ${place.productId}`, place]),
  );
  const byId = new Map(locations.map((location) => [location.id, location]));
  const levels = rows.map(({ locationId, productId, onHand }): StockLevel => {
    const { units = 0, blocked = false } = reserved.get(`${locationId} ${productId}`) ?? {};
    const safetyStock = byId.get(locationId)?.safetyStock ?? 0;
    return { locationId, productId, onHand, reserved: units, safetyStock, blocked };
  });
  return {
    distribution: setup.distribution,
    transfer: setup.transfer,
    locations: locations.filter(({ ships }) => ships),
    defaultLocations: { byId, fallback: byId.get(setup.fallbackLocationId)! },
    stock: new Availability(levels),
    unknownSkus: new Set(answer.unknownSkus),
    risen: changed.filter(({ hasRisen }) => hasRisen),
    idleLocations: locations.filter(({ ships }) => !ships),
    locationCounts: setup.locationCounts,
  };
}

const toPlaces = (rows: readonly StockRow[]): Prisma.Sql => Prisma.sql`
  SELECT * FROM unnest(
    ${rows.map(({ locationId }) => locationId)}::bigint[], ${rows.map(({ productId }) => productId)}::bigint[]
  ) AS place(location_id, product_id)`;

const productIdsOf = (orders: readonly WaitingOrder[]): bigint[] => [
  ...new Set(orders.flatMap(({ lines }) => lines.map(({ productId }) => productId))),
];

function replaceRows(rows: readonly StockRow[], changed: readonly StockRow[]): StockRow[] {
  const newer = new Map(changed.map((row) => [`${row.locationId} ${row.productId}`, row]));
  return rows.map((row) => newer.get(`${row.locationId} ${row.productId}`) ?? row);
}
