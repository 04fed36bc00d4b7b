import { integer, optionalText, optionalUrl, databaseSettings, text } from "@drumline/core/config";
import { workerHeapMb } from "@drumline/core/process";

/** The keys `drumline start` itself looks at; each child reads its own beside these. */
export const startSettings = {
  databaseUrl: databaseSettings.databaseUrl,
  redisUrl: databaseSettings.redisUrl,
  apiHost: text("API_HOST", { fallback: "127.0.0.1", about: "Address the api listens on." }),
  apiPort: integer("API_PORT", { fallback: 3000, min: 1, max: 65_535, about: "Port the api listens on." }),
  sandboxPort: integer("SANDBOX_PORT", { fallback: 4010, min: 1, max: 65_535, about: "Port the sandbox listens on." }),
  sandboxData: optionalText("SANDBOX_DATA", { about: "Folder in the Olist layout that feeds the sandbox." }),
  sandboxSeed: integer("SANDBOX_SEED", { fallback: 1, min: 0, max: 2 ** 31, about: "Seed of the sandbox's dataset." }),
  sandboxToken: text("SANDBOX_TOKEN", { fallback: "sandbox-token", about: "The key the sandbox asks for." }),
  omnitronUrl: optionalUrl("OMNITRON_URL", ["http", "https"], { about: "Where Omnitron is. Empty: the sandbox." }),
  carrierUrl: optionalUrl("CARRIER_URL", ["http", "https"], { about: "Where carriers are. Empty: the sandbox." }),
  inventoryUrl: optionalUrl("INVENTORY_URL", ["http", "https"], { about: "Where stock is asked. Empty: the sandbox." }),
  workerHeapMb,
  shutdownGraceSeconds: integer("SHUTDOWN_GRACE_SECONDS", {
    fallback: 25,
    min: 0,
    max: 3_600,
    about: "Seconds a process may take to finish what it is doing when it is asked to end.",
  }),
} as const;

/** What was typed after `drumline start`, checked. */
export interface StartOptions {
  /** Absolute path of everything that is kept. */
  readonly stateDir: string;
  /** Absolute path of a folder in the Olist layout; null for what the environment or the generator gives. */
  readonly data: string | null;
  /** Virtual days per second. */
  readonly speed: number | null;
  readonly seed: number | null;
  /** Share of products that are short at first, 0 to 1. */
  readonly short: number | null;
  readonly workers: number;
}
