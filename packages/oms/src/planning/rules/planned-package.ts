import { groupBy } from "../../group-by.ts";
import type { Location } from "./location.ts";
import { type Placement, unitsOf, type Want } from "./place-lines.ts";
import type { WaitingLine, WaitingOrder } from "./waiting-order.ts";

/** Akinon's numbering: the order's number, P and a count within the order. */
export const packageNumber = (orderNumber: string, no: number): string => `${orderNumber}P${no}`;

/** The package's number, T and a count within the package. */
export const transferNumber = (packageNo: string, no: number): string => `${packageNo}T${no}`;

/** A package as it is to be saved. */
export interface PlannedPackage {
  readonly number: string;
  readonly location: Location;
  readonly state: "WAITING" | "WAITING_REMOTE_ACTION" | "WAITING_FOR_TRANSFER" | "OUT_OF_STOCK";
  readonly items: readonly PlannedItem[];
  readonly transfers: readonly PlannedTransfer[];
}

/** Units of an order line in a package. */
export interface PlannedItem {
  readonly line: WaitingLine;
  readonly units: number;
  /** Units to reserve at the package's location: those that need no transfer; 0 in an OUT_OF_STOCK package. */
  readonly reservedUnits: number;
}

/** Units of a package that come from one other location. */
export interface PlannedTransfer {
  readonly number: string;
  readonly source: Location;
  readonly items: readonly Want[];
}

/** One package per location, in the order the locations were chosen; what is short becomes one more at the default location. */
export function toPackages(
  order: WaitingOrder,
  placements: readonly Placement[],
  shortfalls: readonly Want[],
  shortAt: Location,
  initialState: "WAITING" | "WAITING_REMOTE_ACTION",
): PlannedPackage[] {
  const parts = [...groupBy(placements, ({ location }) => location)];
  const packages = parts.map(([location, placed], index): PlannedPackage => {
    const number = packageNumber(order.number, order.packagesSoFar + index + 1);
    const transfers = toTransfers(number, placed);
    return {
      number,
      location,
      state: transfers.length > 0 ? "WAITING_FOR_TRANSFER" : initialState,
      items: toItems(placed),
      transfers,
    };
  });
  if (shortfalls.length === 0) return packages;
  const short: PlannedPackage = {
    number: packageNumber(order.number, order.packagesSoFar + parts.length + 1),
    location: shortAt,
    state: "OUT_OF_STOCK",
    items: shortfalls.map(({ line, units }) => ({ line, units, reservedUnits: 0 })),
    transfers: [],
  };
  return [...packages, short];
}

function toItems(placed: readonly Placement[]): PlannedItem[] {
  return [...groupBy(placed, ({ line }) => line)].map(([line, parts]) => ({
    line,
    units: unitsOf(parts),
    reservedUnits: unitsOf(parts.filter(({ source }) => source === null)),
  }));
}

function toTransfers(packageNo: string, placed: readonly Placement[]): PlannedTransfer[] {
  const fetched = placed.filter(({ source }) => source !== null);
  return [...groupBy(fetched, ({ source }) => source!)].map(([source, parts], index) => ({
    number: transferNumber(packageNo, index + 1),
    source,
    items: [...groupBy(parts, ({ line }) => line)].map(([line, units]) => ({ line, units: unitsOf(units) })),
  }));
}
