import {
  integer,
  loadEnvFile,
  optionalText,
  readSettings,
  type Setting,
  text,
  type ValuesOf,
} from "@drumline/core/config";
import { parse } from "dotenv";

export const sandboxSettings = {
  host: text("SANDBOX_HOST", { fallback: "127.0.0.1", about: "Address the sandbox listens on." }),
  port: integer("SANDBOX_PORT", {
    fallback: 4010,
    min: 0,
    max: 65_535,
    about: "Port the sandbox listens on; 0 takes any free one.",
  }),
  token: {
    ...text("SANDBOX_TOKEN", {
      fallback: "sandbox-token",
      about:
        "The key the sandbox's Omnitron (Token), inventory engine, vendors, clients and refund channel ask for, and payment " +
        "providers after test_ or live_.",
    }),
    secret: true,
  },
  dataFolder: optionalText("SANDBOX_DATA", {
    about: "Folder with the Olist files (*.csv.gz or *.csv). Empty: orders come from a seeded generator, without end.",
    example: "./data/olist",
  }),
  orders: integer("SANDBOX_ORDERS", {
    fallback: 0,
    min: 0,
    max: 2 ** 31,
    about: "How many orders there are: the first so many of the data. 0 is all of them.",
  }),
  speed: decimal("SANDBOX_SPEED", {
    above: 0,
    max: 100_000,
    fallback: null,
    about: "Virtual days per real second. Empty: 1 with SANDBOX_DATA, 0.01 (about 5 orders per second) without.",
    example: "0.5",
  }),
  seed: integer("SANDBOX_SEED", {
    fallback: 1,
    min: 0,
    max: 2 ** 31,
    about: "Same seed, same dataset: orders of the generator, products that are short, dice of the fault switches.",
  }),
  short: decimal("SANDBOX_SHORT", {
    min: 0,
    max: 1,
    fallback: "0",
    about: "Share of products that are out of stock for the first virtual days, 0 to 1.",
    example: "0.05",
  }),
  users: integer("SANDBOX_USERS", {
    fallback: 240,
    min: 0,
    max: 1_000_000,
    about: "Users in the sandbox's Cognito pool at first; each audit has some to find.",
  }),
  mailsPerSecond: integer("SANDBOX_MAILS_PER_SECOND", {
    fallback: 14,
    min: 1,
    max: 10_000,
    about: "Mails that the sandbox's SES takes within one second; more are refused as too many.",
  }),
  stateFile: optionalText("SANDBOX_STATE_FILE", {
    about: "Where the virtual clock is kept, so that a restart goes on where it was. Empty: in memory only.",
    example: ".data/sandbox-clock.json",
  }),
} as const;

export type SandboxConfig = ValuesOf<typeof sandboxSettings>;

/** Reads `.env` and the environment, which wins. Throws `InvalidConfiguration` with every problem. */
export function loadSandboxConfig(): SandboxConfig {
  loadEnvFile(process.env, parse);
  return readSettings(sandboxSettings, process.env);
}

interface DecimalRange {
  readonly min?: number;
  /** Exclusive lower bound, where `min` will not do. */
  readonly above?: number;
  readonly max: number;
  readonly about: string;
  readonly example: string;
}

function decimal(key: string, range: DecimalRange & { fallback: string }): Setting<number>;
function decimal(key: string, range: DecimalRange & { fallback: null }): Setting<number | null>;
function decimal(
  key: string,
  { min = -Infinity, above = -Infinity, max, ...rest }: DecimalRange & { fallback: string | null },
): Setting<number> {
  return {
    key,
    ...rest,
    parse: (raw) => {
      const value = Number(raw);
      if (!/^\d+(\.\d+)?$/.test(raw) || value < min || value <= above || value > max) {
        const lowest = min > above ? `from ${min}` : `above ${above}`;
        throw new Error(`expected a decimal number ${lowest} up to ${max}, such as 0.5`);
      }
      return value;
    },
  };
}
