import { systemClock } from "@drumline/core/clock";
import { findLauncher } from "@drumline/core/process";
import { listenForStop } from "@drumline/standalone/process-group";
import { openScreen } from "@drumline/standalone/screen";

import { readEnv } from "../config.ts";
import type { Configure } from "../configure.ts";
import { parseStartOptions, type RawStartOptions } from "../start-options.ts";

export const configureStart: Configure = (command) => {
  command
    .option("--data <folder>", "orders of a folder in the Olist layout instead of generated ones")
    .option("--speed <days>", "virtual days per second that pass in the sandbox")
    .option("--seed <number>", "another world of generated orders")
    .option("--short <share>", "share of products that are short at first, 0 to 1")
    .option("--workers <count>", "worker processes", "1")
    .option("--state-dir <folder>", "where stores, logs and the sandbox's clock are kept", ".data")
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
