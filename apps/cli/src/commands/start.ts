import { resolve } from "node:path";

import { systemClock } from "@drumline/core/clock";
import { findLauncher } from "@drumline/core/process";
import { toDataFolder } from "@drumline/standalone/dataset";
import { listenForStop } from "@drumline/standalone/process-group";
import { openScreen } from "@drumline/standalone/screen";
import type { StartOptions } from "@drumline/standalone/settings";

import { readEnv } from "../config.ts";
import type { Configure } from "../configure.ts";
import { WrongUsage } from "../exit.ts";

export const configureStart: Configure = (command) => {
  command
    .option("--data <folder>", "orders of a folder in the Olist layout instead of generated ones")
    .option("--speed <days>", "virtual days per second that pass in the sandbox")
    .option("--seed <number>", "another dataset of generated orders")
    .option("--short <share>", "share of products that are short at first, 0 to 1")
    .option("--workers <count>", "worker processes", "1")
    .option("--state-dir <folder>", "where databases, logs and the sandbox's clock are kept", ".data")
    .action(runStart);
};

async function runStart(raw: RawStartOptions): Promise<void> {
  const options = parseStartOptions(raw);
  const screen = openScreen(process.stdout, systemClock);
  screen.say("Drumline starts");
  const env = readEnv();
  const launcher = env["npm_lifecycle_event"] === undefined ? null : findLauncher();
  const signals = listenForStop(systemClock, launcher);
  try {
    // Read only now: the first line must not wait for it.
    const { start } = await import("@drumline/standalone");
    await start(options, { env, screen, signals, clock: systemClock, launcher });
  } finally {
    signals.dispose();
  }
}

interface RawStartOptions {
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
