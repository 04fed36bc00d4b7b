import { resolve } from "node:path";

import { toDataFolder } from "@drumline/standalone/dataset";
import type { StartOptions } from "@drumline/standalone/settings";

import { WrongUsage } from "./exit.ts";

export interface RawStartOptions {
  readonly stateDir?: string;
  readonly data?: string;
  readonly speed?: string;
  readonly seed?: string;
  readonly short?: string;
  readonly workers?: string;
}

const MOST_WORKERS = 64;

/** @throws {WrongUsage} with everything that is wrong */
export function parseStartOptions(raw: RawStartOptions): StartOptions {
  const problems: string[] = [];
  const number = (flag: string, text: string | undefined, isRight: (value: number) => boolean, expected: string) => {
    if (text === undefined) return null;
    const value = Number(text);
    if (/^\d+(\.\d+)?$/.test(text) && isRight(value)) return value;
    problems.push(`--${flag} ${text}: expected ${expected}`);
    return null;
  };
  const isWhole = (value: number) => Number.isSafeInteger(value);
  const options = {
    stateDir: resolve(raw.stateDir ?? ".data"),
    data: raw.data === undefined ? null : toDataFolder(raw.data, problems),
    speed: number("speed", raw.speed, (days) => days > 0, "virtual days per second above 0, such as 0.5 or 30"),
    seed: number("seed", raw.seed, (seed) => isWhole(seed) && seed <= 2 ** 31, "a whole number from 0 to 2147483648"),
    short: number("short", raw.short, (share) => share <= 1, "a share of products from 0 to 1, such as 0.05"),
    workers:
      number(
        "workers",
        raw.workers,
        (count) => isWhole(count) && count >= 1 && count <= MOST_WORKERS,
        `a whole number from 1 to ${MOST_WORKERS}`,
      ) ?? 1,
  };
  if (problems.length > 0) throw new WrongUsage(problems.join("\n"));
  return options;
}
