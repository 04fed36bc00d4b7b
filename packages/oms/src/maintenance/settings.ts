import { integer, optionalText, type Setting, type ValuesOf } from "@drumline/core/config";

/** Names of tables, comma-separated; may stay empty (null). That there are such tables is seen when they are looked for. */
function tableNames(key: string, about: string): Setting<readonly string[] | null> {
  return {
    ...optionalText(key, { about }),
    example: "event_queue,run,run_log",
    parse: (raw) => {
      const names = raw.split(",").map((name) => name.trim());
      const wrong = names.filter((name) => !/^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(name));
      if (wrong.length > 0)
        throw new Error(`"${wrong.join('", "')}" names no table; expected names such as event_queue,run`);
      return [...new Set(names)];
    },
  };
}

/** Env keys of `db_maintenance`. */
export const maintenanceSettings = {
  maintenanceTables: tableNames(
    "DB_MAINTENANCE_TABLES",
    "Tables that db_maintenance vacuums and analyses, comma-separated; any table of the database may be named. Empty: all that have changed since they were last vacuumed or analysed, those with the most dead rows first.",
  ),
  maintenanceTimeoutSeconds: integer("DB_MAINTENANCE_TIMEOUT_SECONDS", {
    fallback: 1_800,
    min: 1,
    max: 86_400,
    about: "Seconds db_maintenance may spend on one table.",
  }),
} as const;

/** The values of `maintenanceSettings`. */
export type MaintenanceSettings = ValuesOf<typeof maintenanceSettings>;
