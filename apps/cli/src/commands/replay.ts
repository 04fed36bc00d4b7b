import { systemClock } from "@drumline/core/clock";
import { findLauncher } from "@drumline/core/process";
import { listenForStop } from "@drumline/standalone/process-group";

import { readEnv } from "../config.ts";
import type { Configure } from "../configure.ts";
import { ExitCode, Finished } from "../exit.ts";
import { print, printAside } from "../output/print.ts";
import { parseReplayOptions, type RawReplayOptions } from "@drumline/replay";

export const configureReplay: Configure = (command) => {
  command
    .requiredOption("--data <folder>", "orders of a folder in the Olist layout")
    .option("--orders <count>", "only the first so many orders; 0 is all", "0")
    .option("--workers <count>", "worker processes", "2")
    .option("--step <time>", "virtual time per step: every schedule due within it runs once at its end", "6h")
    .option("--short <share>", "share of products that are short at first, such as 3%", "0")
    .option("--seed <number>", "other shortages and other faults", "1")
    .option("--faults", "the outside errs, resets, breaks off and is slow")
    .option("--kill-every <seconds>", "kill -9 a worker every so often")
    .option("--idle-runs", "also run due tasks for which nothing waits; otherwise such a task runs once a virtual day")
    .option("--json", "the report as JSON")
    .option("--keep", "keep databases and logs under .data/replay")
    .action(runReplay);
};

async function runReplay(raw: RawReplayOptions): Promise<void> {
  const options = parseReplayOptions(raw);
  const env = readEnv();
  const signals = listenForStop(systemClock, env["npm_lifecycle_event"] === undefined ? null : findLauncher());
  try {
    const { replay } = await import("@drumline/replay");
    const { printReport } = await import("../output/print-replay-report.ts");
    const report = await replay(options, { env, print: printAside, stop: signals.stop });
    print(options.json ? toJson(report) : printReport(report));
    if (!report.ok) throw new Finished(ExitCode.foundProblems);
  } finally {
    signals.dispose();
  }
}

const toJson = (report: object): string =>
  JSON.stringify(report, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value), 2);
