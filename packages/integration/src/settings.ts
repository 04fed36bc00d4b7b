import { hosts, integer, optionalText, type ValuesOf } from "@drumline/core/config";
import { secretSettings } from "@drumline/outbound/secrets";

/** The api judges with it what the worker will be asked to reach. */
export const privateHostSettings = {
  integrationPrivateHosts: hosts("INTEGRATION_PRIVATE_HOSTS", {
    about:
      "Hosts of private networks that URLs of incoming and outgoing configurations may reach, comma-separated with their ports; " +
      "all others are refused.",
    example: "127.0.0.1:4010,erp.intern:443",
  }),
};

/** Env keys of the integration's handlers, for the worker's config. */
export const integrationSettings = {
  ...secretSettings,
  ...privateHostSettings,
  integrationFolder: optionalText("INTEGRATION_FOLDER", {
    about: "Folder under which drop folders and written files lie; all workers must see it. Empty: no files.",
    example: "/srv/drumline/integration",
  }),
  integrationRunSeconds: integer("INTEGRATION_RUN_SECONDS", {
    fallback: 300,
    min: 1,
    max: 3_000,
    about: "Seconds after which a run of an incoming configuration or a route ends by itself; the next goes on.",
  }),
  integrationLeaseSeconds: integer("INTEGRATION_LEASE_SECONDS", {
    fallback: 120,
    min: 3,
    max: 3_600,
    about: "Seconds without a sign of life of a run after which its tasks may be repaired.",
  }),
  integrationStuckMinutes: integer("INTEGRATION_STUCK_MINUTES", {
    fallback: 60,
    min: 1,
    max: 10_080,
    about: "Minutes in PROCESSING after which a task whose run shows no life is taken for stuck.",
  }),
  integrationTaskDays: integer("INTEGRATION_TASK_DAYS", {
    fallback: 30,
    min: 1,
    max: 3_650,
    about: "Days after which finished and skipped tasks are pruned, unless the job says otherwise.",
  }),
  integrationRecordKilobytes: integer("INTEGRATION_RECORD_KILOBYTES", {
    fallback: 256,
    min: 1,
    max: 900,
    about: "A larger record is not taken in: its task is REJECTED and keeps the beginning of it.",
  }),
} as const;

export type IntegrationSettings = ValuesOf<typeof integrationSettings>;
