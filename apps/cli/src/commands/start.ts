import { systemClock } from "@drumline/core/clock";

import { readEnv } from "../config.ts";
import type { Configure } from "../configure.ts";
import { openLineScreen } from "../start/line-screen.ts";
import { findLauncher } from "../start/process-identity.ts";
import { parseStartOptions, type RawStartOptions } from "../start/start-options.ts";
import { listenForStop } from "../start/stop-signals.ts";
import { openTerminalScreen } from "../start/terminal-screen.ts";

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
  const { stdout } = process;
  const screen = stdout.isTTY ? openTerminalScreen(stdout, systemClock) : openLineScreen(stdout, systemClock);
  screen.say("Drumline starts");
  const env = readEnv();
  const launcher = env["npm_lifecycle_event"] === undefined ? null : findLauncher();
  const signals = listenForStop(systemClock, launcher);
  try {
    // Read only now: the first line must not wait for it.
    const { start } = await import("../start/start.ts");
    await start(options, { env, screen, signals, clock: systemClock, launcher });
  } finally {
    signals.dispose();
  }
}
