import type { Command } from "commander";

import { systemClock } from "@drumline/core/clock";
import { formatProblem } from "@drumline/core/config";
import { catalogue } from "@drumline/tasks";

import { checkConfiguration, type ConfigurationReport } from "../check-configuration.ts";
import { readEnvLeniently } from "../config.ts";
import { ExitCode, Finished } from "../exit.ts";
import { print } from "../output/print.ts";
import { loadAllSettings } from "../settings.ts";

export function configureCheck(command: Command): void {
  command
    .option("--env-file <file>", "read this file instead of .env; real variables still win")
    .option("--json", "an object with problems and warnings")
    .action(check);
}

async function check({ envFile, json = false }: { envFile?: string; json?: boolean }): Promise<void> {
  const { values: env, ownKeys, problems } = readEnvLeniently(envFile);
  const report = checkConfiguration({
    env,
    ownKeys,
    fileProblems: problems,
    settings: await loadAllSettings(env),
    tasks: catalogue,
    now: systemClock.now(),
  });
  print(json ? JSON.stringify(report, null, 2) : toText(report));
  if (report.problems.length > 0) throw new Finished(ExitCode.foundProblems);
}

function toText({ problems, warnings, schedules }: ConfigurationReport): string {
  const verdict =
    problems.length === 0
      ? `no problems: ${schedules.enabled} schedules enabled, ${schedules.disabled} disabled`
      : `${problems.length === 1 ? "1 problem" : `${problems.length} problems`}; nothing would start:`;
  return [
    verdict,
    ...problems.map(formatProblem),
    ...(warnings.length === 0 ? [] : ["warnings:", ...warnings.map((warning) => `  ${warning}`)]),
  ].join("\n");
}
