import { messageOf } from "@drumline/core/errors";

import { type LifeOptions, parseLifeOptions, USAGE } from "./options.ts";
import { printReport } from "./report.ts";
import { runLife } from "./run-life.ts";

/** Null after a message when they are wrong. */
function readOptions(): LifeOptions | null {
  try {
    return parseLifeOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n\n${USAGE}\n`);
    process.exitCode = 2;
    return null;
  }
}

const options = readOptions();
if (options !== null) {
  const report = await runLife(options, (line) => void process.stderr.write(`${line}\n`));
  process.stdout.write(`${options.json ? JSON.stringify(report, null, 2) : printReport(report)}\n`);
  if (!report.ok) process.exitCode = 1;
}
