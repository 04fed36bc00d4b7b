import { messageOf } from "@drumline/core/errors";

import { parseShopLifeOptions, type ShopLifeOptions, USAGE } from "./options.ts";
import { toSummary } from "./report.ts";
import { runShopLife } from "./run-shop-life.ts";

/** Null after a message when they are wrong. */
function readOptions(): ShopLifeOptions | null {
  try {
    return parseShopLifeOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n\n${USAGE}\n`);
    process.exitCode = 2;
    return null;
  }
}

const options = readOptions();
if (options !== null) {
  const lines = options.json ? process.stderr : process.stdout;
  const report = await runShopLife(options, (line) => void lines.write(`${line}\n`));
  process.stdout.write(`${options.json ? JSON.stringify(report, null, 2) : toSummary(report)}\n`);
  if (!report.ok) process.exitCode = 1;
}
