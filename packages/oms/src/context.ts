import type { TaskContext } from "@drumline/core/task";
import type { Database } from "@drumline/db";

import type { WebhookClient } from "@drumline/events/webhooks";

import type { MaintainedTable } from "./maintenance/maintained-tables.ts";
import type { CancellationTuning } from "./cancellations/settings.ts";
import type { InventoryGateway } from "./gateways/inventory/port.ts";
import type { OmnitronGateway } from "./gateways/omnitron/port.ts";
import type { ReplanTuning } from "./planning/settings.ts";
import type { CarrierGateway } from "./gateways/carriers/port.ts";
import type { TrackingTuning } from "./shipments/settings.ts";
import type { DeliveryTuning } from "@drumline/events/deliveries";

/** The outside of the OMS, and how much of it to take at once. */
export interface OmsGateways {
  readonly omnitron: OmnitronGateway;
  readonly inventory: InventoryGateway;
  readonly carriers: CarrierGateway;
  readonly webhooks: WebhookClient;
  readonly settings: OmsTuning;
}

export interface OmsTuning {
  /** Orders or stock locations per page of Omnitron. */
  readonly pageSize: number;
  /** How far before its cursor a pull begins: what Omnitron commits late with an earlier date is still seen. */
  readonly overlapMs: number;
  /** Between two pulls of all stock locations. */
  readonly locationsPauseMs: number;
  /** Orders planned in one transaction. */
  readonly planBatchSize: number;
  /** Runs that may help one that finds a backlog. */
  readonly planHelpers: number;
  readonly replan: ReplanTuning;
  readonly cancellation: CancellationTuning;
  readonly tracking: TrackingTuning;
  readonly delivery: DeliveryTuning;
  readonly housekeeping: HousekeepingTuning;
}

export interface HousekeepingTuning {
  readonly maintenanceTables: readonly MaintainedTable[];
  /** For one table. */
  readonly maintenanceTimeoutMs: number;
  readonly archiveChunkRows: number;
  /** For one run. */
  readonly archiveBudgetMs: number;
  readonly webhookRequestDays: number;
  readonly failedWebhookRequestDays: number;
  /** Records one run deletes at most. */
  readonly webhookRequestBatch: number;
}

export type OmsContext<Args> = TaskContext<Args, OmsGateways, Database>;
