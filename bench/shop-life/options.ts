import { parseArgs } from "node:util";

import { parseQueue, parseWhole } from "../command-line.ts";

export interface ShopLifeOptions {
  /** Of the first story; the others have the numbers after it. */
  readonly seed: number;
  readonly seeds: number;
  /** Stories that share a shop and its days. */
  readonly together: number;
  readonly queue: "redis" | "postgres";
  readonly workers: number;
  /** Share of steps in which a worker is killed, 0 to 1. */
  readonly kills: number;
  /** Share of calls to the provider and the carriers that go wrong, 0 to 1. */
  readonly faults: number;
  readonly json: boolean;
  /** Databases and logs stay under .data/shop-life. */
  readonly keep: boolean;
}

export const USAGE = `npm run shop-life -- [--seeds 100] [--seed 1] [--together 50] [--queue redis|postgres] [--workers 2]
  [--kills 15] [--faults 4] [--json] [--keep]

--seed      of the first story; --seed 17 --seeds 1 tells story 17 again
--together  stories that live in one shop at once
--kills     percent of the steps in which a worker gets a kill -9
--faults    percent of the answers of the payment provider and the carriers that go wrong`;

/** @throws {Error} that says which option is wrong */
export function parseShopLifeOptions(args: readonly string[]): ShopLifeOptions {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: text,
      seeds: text,
      together: text,
      queue: text,
      workers: text,
      kills: text,
      faults: text,
      json: flag,
      keep: flag,
    },
  });
  const whole = (
    name: "seed" | "seeds" | "together" | "workers" | "kills" | "faults",
    fallback: number,
    bounds: readonly [number, number],
  ): number => parseWhole(name, values[name], fallback, bounds);
  const { json, keep } = values;
  return {
    seed: whole("seed", 1, [0, 2 ** 31]),
    seeds: whole("seeds", 100, [1, 10_000]),
    // A mailbox of the sandbox holds 5,000 mails.
    together: whole("together", 50, [1, 50]),
    queue: parseQueue(values.queue),
    workers: whole("workers", 2, [1, 16]),
    kills: whole("kills", 15, [0, 100]) / 100,
    faults: whole("faults", 4, [0, 50]) / 100,
    json,
    keep,
  };
}
