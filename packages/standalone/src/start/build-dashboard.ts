import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

import type { Screen } from "./screen.ts";

const BUILD = fileURLToPath(new URL("../../../../apps/dashboard/build.mjs", import.meta.url));

/**
 * Builds the dashboard where it is missing or its sources are newer, and says so in a line. A build that fails stops
 * nothing: the api says on its page what is missing.
 */
export function buildDashboard(screen: Screen, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    execFile(process.execPath, [BUILD], { signal }, (error, stdout, stderr) => {
      const said = (error === null ? stdout : stderr).trim().split("\n").at(-1) ?? "";
      if (error !== null && !signal.aborted) screen.say(`  the dashboard could not be built: ${said || error.message}`);
      if (error === null && said.includes("was built")) screen.say(`  ${said}`);
      resolve();
    });
  });
}
