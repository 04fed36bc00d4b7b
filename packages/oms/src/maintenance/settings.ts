import { integer, listOf, type ValuesOf } from "@drumline/core/config";

import { MAINTAINED_TABLES } from "./maintained-tables.ts";

/** Env keys of `db_maintenance`. */
export const maintenanceSettings = {
  maintenanceTables: listOf("DB_MAINTENANCE_TABLES", MAINTAINED_TABLES, {
    about: "Tables that db_maintenance vacuums and analyses, comma-separated.",
  }),
  maintenanceTimeoutSeconds: integer("DB_MAINTENANCE_TIMEOUT_SECONDS", {
    fallback: 1_800,
    min: 1,
    max: 86_400,
    about: "Seconds db_maintenance may spend on one table.",
  }),
} as const;

export type MaintenanceSettings = ValuesOf<typeof maintenanceSettings>;
