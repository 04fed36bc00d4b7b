import { parseArgs } from "node:util";

import { parseQueue, parseWhole } from "../command-line.ts";

export interface LifeOptions {
  readonly seed: number;
  readonly orders: number;
  readonly changes: number;
  readonly cancellations: number;
  /** Null: nobody is killed. */
  readonly killEverySeconds: number | null;
  readonly queue: "redis" | "postgres";
  readonly workers: number;
  /** Share of calls that go wrong, 0 to 1. */
  readonly faults: number;
  readonly json: boolean;
  /** Stores and logs stay under .data/life. */
  readonly keep: boolean;
}

export const USAGE = `npm run life -- [--seed 1] [--orders 1300] [--changes n] [--cancellations n] [--kill-every 25]
  [--queue redis|postgres] [--workers 2] [--faults 7] [--json] [--keep]

--changes, --cancellations  200 of 1,300 orders each unless given
--kill-every                seconds between two kill -9 of a worker; 0 kills nobody
--faults                    percent of the outside's answers that go wrong`;

const PER_ORDER = 200 / 1_300;

/** @throws {Error} that says which option is wrong */
export function parseLifeOptions(args: readonly string[]): LifeOptions {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: text,
      orders: text,
      changes: text,
      cancellations: text,
      "kill-every": text,
      queue: text,
      workers: text,
      faults: text,
      json: flag,
      keep: flag,
    },
  });
  const orders = parseWhole("orders", values.orders, 1_300, [1, 100_000]);
  const killEvery = parseWhole("kill-every", values["kill-every"], 25, [0, 3_600]);
  return {
    seed: parseWhole("seed", values.seed, 1, [0, 2 ** 31]),
    orders,
    changes: parseWhole("changes", values.changes, Math.ceil(orders * PER_ORDER), [0, 100_000]),
    cancellations: parseWhole("cancellations", values.cancellations, Math.ceil(orders * PER_ORDER), [0, 100_000]),
    killEverySeconds: killEvery === 0 ? null : killEvery,
    queue: parseQueue(values.queue),
    workers: parseWhole("workers", values.workers, 2, [1, 16]),
    faults: parseWhole("faults", values.faults, 7, [0, 90]) / 100,
    json: values.json,
    keep: values.keep,
  };
}
