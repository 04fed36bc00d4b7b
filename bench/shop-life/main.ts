import { readOptions } from "../command-line.ts";
import { parseShopLifeOptions, USAGE } from "./options.ts";
import { toSummary } from "./report.ts";
import { runShopLife } from "./run-shop-life.ts";

const options = readOptions(parseShopLifeOptions, USAGE);
if (options !== null) {
  const lines = options.json ? process.stderr : process.stdout;
  const report = await runShopLife(options, (line) => void lines.write(`${line}\n`));
  process.stdout.write(`${options.json ? JSON.stringify(report, null, 2) : toSummary(report)}\n`);
  if (!report.ok) process.exitCode = 1;
}
