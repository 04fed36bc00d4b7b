import type { JsonObject, TaskContext } from "@drumline/core/task";
import type { Database } from "@drumline/db";

import type { IntegrationGateways } from "../gateways/create-gateways.ts";
import type { ArrivedRecord } from "./plan-page.ts";

export type ImportContext = TaskContext<unknown, IntegrationGateways, Database>;

/** Records that are taken in together, and where it goes on after them. */
export interface ReadPage {
  readonly records: readonly ArrivedRecord[];
  readonly position: JsonObject;
  readonly origin: JsonObject;
  /** Why what comes after them could not be read; null where it could. */
  readonly problem: string | null;
}
