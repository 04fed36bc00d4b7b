import { toDataFolder } from "@drumline/standalone/dataset";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "@drumline/core/clock";

import { InvalidReplay } from "./invalid-replay.ts";

/** What was typed after `drumline replay`, checked. */
export interface ReplayOptions {
  /** Absolute path of a folder in the Olist layout. */
  readonly data: string;
  /** The first so many orders; 0 is all. */
  readonly orders: number;
  readonly workers: number;
  readonly stepMs: number;
  /** Share of products that are short at first, 0 to 1. */
  readonly short: number;
  readonly seed: number;
  readonly faults: boolean;
  /** Seconds between two kills of a worker; null for none. */
  readonly killEverySeconds: number | null;
  /** Also run tasks for which nothing waits. */
  readonly idleRuns: boolean;
  readonly json: boolean;
  readonly keep: boolean;
}

export interface RawReplayOptions {
  readonly data?: string;
  readonly orders?: string;
  readonly workers?: string;
  readonly step?: string;
  readonly short?: string;
  readonly seed?: string;
  readonly killEvery?: string;
  readonly faults?: boolean;
  readonly idleRuns?: boolean;
  readonly json?: boolean;
  readonly keep?: boolean;
}

const UNITS: Readonly<Record<string, number>> = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS };
const MOST_WORKERS = 64;

/** @throws {InvalidReplay} with everything that is wrong */
export function parseReplayOptions(raw: RawReplayOptions): ReplayOptions {
  const problems: string[] = [];
  const refuse = (flag: string, text: string, expected: string) => {
    problems.push(`--${flag} ${text}: expected ${expected}`);
    return 0;
  };
  const whole = (flag: string, text: string, least: number, most: number) => {
    const isRight = /^\d{1,10}$/.test(text) && Number(text) >= least && Number(text) <= most;
    return isRight ? Number(text) : refuse(flag, text, `a whole number from ${least} to ${most}`);
  };
  if (raw.data === undefined) problems.push("--data <folder>: expected a folder in the Olist layout");
  const options = {
    data: (raw.data === undefined ? null : toDataFolder(raw.data, problems)) ?? "",
    orders: whole("orders", raw.orders ?? "0", 0, 2 ** 31),
    workers: whole("workers", raw.workers ?? "2", 1, MOST_WORKERS),
    stepMs: parseStep(raw.step ?? "6h") ?? refuse("step", raw.step!, "10m to 7d, such as 6h"),
    short: parseShare(raw.short ?? "0") ?? refuse("short", raw.short!, "a share such as 3% or 0.03"),
    seed: whole("seed", raw.seed ?? "1", 0, 2 ** 31),
    killEverySeconds: raw.killEvery === undefined ? null : whole("kill-every", raw.killEvery, 1, 3_600),
    faults: raw.faults ?? false,
    idleRuns: raw.idleRuns ?? false,
    json: raw.json ?? false,
    keep: raw.keep ?? false,
  };
  if (problems.length > 0) throw new InvalidReplay(problems.join("\n"));
  return options;
}

function parseStep(text: string): number | null {
  const [, count, unit] = /^(\d{1,4})([mhd])$/.exec(text) ?? [];
  const stepMs = Number(count) * (UNITS[unit ?? ""] ?? Number.NaN);
  return stepMs >= 10 * MINUTE_MS && stepMs <= 7 * DAY_MS ? stepMs : null;
}

function parseShare(text: string): number | null {
  const [, number, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  const share = Number(number) / (percent === "%" ? 100 : 1);
  return share >= 0 && share <= 1 ? share : null;
}
