import { parseArgs } from "node:util";

import { findTask } from "@drumline/tasks";

import { type Gateway, gatewayNames } from "./gateways.ts";
import { mutations } from "./outside/mutations.ts";

export type QueueKind = "redis" | "postgres";

export interface HostileOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly queues: readonly QueueKind[];
  /** Null: every task. */
  readonly only: string | null;
  /** Null: every one in turn. */
  readonly mutation: string | null;
  /** Workers write a CPU profile beside their logs when they end. */
  readonly withProfile: boolean;
  /** The machine has other work too: delays are printed and not judged. */
  readonly isBusy: boolean;
  /** Null: all of them. */
  readonly gateway: Gateway | null;
}

export const USAGE = `npm run hostile -- [--minutes 10] [--seed 1] [--queue redis|postgres|both]
  [--only <task>] [--gateway <gateway>] [--mutation <mutation>] [--profile] [--busy]

gateways: ${gatewayNames.join(", ")}
mutations:
${[...mutations.keys()].map((name) => `  ${name}`).join("\n")}`;

/** @throws {Error} that says which option is wrong */
export function parseHostileOptions(args: readonly string[]): HostileOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: "string", default: "10" },
      seed: { type: "string", default: "1" },
      queue: { type: "string", default: "both" },
      only: { type: "string" },
      gateway: { type: "string" },
      mutation: { type: "string" },
      profile: { type: "boolean", default: false },
      busy: { type: "boolean", default: false },
    },
  });
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw new Error(`--minutes ${values.minutes}: expected a number above 0, such as 10 or 0.5`);
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed)) throw new Error(`--seed ${values.seed}: expected a whole number`);
  const only = values.only ?? null;
  if (only !== null && findTask(only) === undefined)
    throw new Error(`--only ${only}: there is no such task; see docs/tasks.md`);
  const { mutation = null, gateway = null } = values;
  if (mutation !== null && !mutations.has(mutation))
    throw new Error(`--mutation ${mutation}: there is none of that name`);
  if (gateway !== null && !gatewayNames.includes(gateway as Gateway))
    throw new Error(`--gateway ${gateway}: expected one of ${gatewayNames.join(", ")}`);
  return {
    minutes,
    seed,
    queues: parseQueues(values.queue),
    only,
    mutation,
    withProfile: values.profile,
    isBusy: values.busy,
    gateway: gateway as Gateway | null,
  };
}

function parseQueues(text: string): QueueKind[] {
  if (text === "both") return ["redis", "postgres"];
  if (text === "redis" || text === "postgres") return [text];
  throw new Error(`--queue ${text}: expected redis, postgres or both`);
}
