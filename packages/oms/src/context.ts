import type { TaskContext } from "@drumline/core/task";
import type { Database } from "@drumline/db";

import type { InventoryGateway } from "./inventory/port.ts";
import type { OmnitronGateway } from "./omnitron/port.ts";

/** The outside of the OMS, and how much of it to take at once. */
export interface OmsGateways {
  readonly omnitron: OmnitronGateway;
  readonly inventory: InventoryGateway;
  readonly settings: OmsTuning;
}

export interface OmsTuning {
  /** Orders or stock locations per page of Omnitron. */
  readonly pageSize: number;
  /** How far before its cursor a pull begins: what Omnitron commits late with an earlier date is still seen. */
  readonly overlapMs: number;
  /** Orders planned in one transaction. */
  readonly planBatchSize: number;
  /** Runs that may help one that finds a backlog. */
  readonly planHelpers: number;
}

export type OmsContext<Args> = TaskContext<Args, OmsGateways, Database>;
