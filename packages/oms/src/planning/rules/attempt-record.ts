import type { JsonObject } from "@drumline/core/task";

import type { RejectedBecause } from "./candidates.ts";
import type { Sort } from "./scenario.ts";
import type { PlanningTrigger } from "./waiting-order.ts";

/** What an attempt saw and decided, as the plan's context keeps it (oms-domain 2.3.7): enough to explain it to a person. */
export interface Attempt extends JsonObject {
  readonly no: number;
  readonly trigger: PlanningTrigger;
  readonly scenario: string | null;
  /** Rules that were tried, in order. */
  readonly rules: readonly string[];
  readonly items: readonly ItemSeen[];
  /** Those chosen, then those that came nearest. */
  readonly locations: readonly LocationSeen[];
  /** Locations beyond those of the list, which are counted only. */
  readonly locationsLeftOut: number;
  readonly shortfalls: readonly { readonly orderItemId: string; readonly units: number; readonly reason: string }[];
  readonly outcome: "PLANNED" | "PARTLY_SHORT" | "SHORT" | "NOTHING_WANTED";
  /** Absent from attempts of a person, and from those recorded before it was kept. */
  readonly tried?: readonly RuleSeen[];
  /** Of tried rules that may fetch from other locations. */
  readonly transferRules?: readonly RuleSeen[];
  readonly locationCounts?: { readonly known: number; readonly active: number };
}

/** An item as the attempt saw it. */
export interface ItemSeen extends JsonObject {
  readonly orderItemId: string;
  readonly sku: string;
  readonly wanted: number;
  /** The only location it may ship from, by the attribute a rule looks at. */
  readonly named?: Readonly<Record<string, string>>;
  /** ERP codes of locations that failed it before. */
  readonly failedAt?: readonly string[];
}

/** A rule as it was, with how many locations fell by it, and why. */
export interface RuleSeen extends JsonObject {
  readonly name: string;
  readonly sort: { readonly by: Sort[number]["by"]; readonly direction: "asc" | "desc" }[];
  readonly selectByQuota: boolean;
  readonly allowSplit: boolean;
  readonly maxPackages: number | null;
  readonly transferable: boolean;
  readonly itemAttribute: string | null;
  /** Units that were left for it to place, and that it did place. */
  readonly wantedUnits: number;
  readonly placedUnits: number;
  readonly chosen: number;
  readonly fell: Readonly<Partial<Record<RejectedBecause, number>>>;
}

/** A location as the attempt saw it. */
export interface LocationSeen extends JsonObject {
  readonly erpCode: string;
  /** Before this attempt took anything; `quantity` = stock_count − reservation_count, and may be negative. */
  readonly stock: readonly StockSeen[];
  /** By the last rule that was tried. */
  readonly rejectedBy: RejectedBecause | null;
  readonly chosen: boolean;
  /** By every rule that was tried; null by the one that chose it. */
  readonly fellAt?: readonly (RejectedBecause | null)[];
  /** By every transfer rule; null where it may be fetched from. */
  readonly fetchFellAt?: readonly (RejectedBecause | null)[];
  readonly priority?: number;
  readonly openPackages?: number;
  readonly maxQuota?: number | null;
  readonly km?: number | null;
  /** Of a chosen one: what ships from it, or is fetched from it. */
  readonly placed?: readonly { readonly sku: string; readonly units: number; readonly fetched?: true }[];
}

/** Stock of a product as the attempt saw it. */
export interface StockSeen extends JsonObject {
  readonly sku: string;
  readonly stock_count: number;
  readonly reservation_count: number;
  readonly quantity: number;
  /** Absent where it is 0. */
  readonly safety_stock?: number;
  /** Absent where nothing blocks it. */
  readonly blocked?: true;
}
