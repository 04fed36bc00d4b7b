import { readOptions } from "../command-line.ts";
import { parseLifeOptions, USAGE } from "./options.ts";
import { printReport } from "./report.ts";
import { runLife } from "./run-life.ts";

const options = readOptions(parseLifeOptions, USAGE);
if (options !== null) {
  const report = await runLife(options, (line) => void process.stderr.write(`${line}\n`));
  process.stdout.write(`${options.json ? JSON.stringify(report, null, 2) : printReport(report)}\n`);
  if (!report.ok) process.exitCode = 1;
}
