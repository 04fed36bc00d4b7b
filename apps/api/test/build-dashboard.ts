import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const BUILD = fileURLToPath(new URL("../../dashboard/build.mjs", import.meta.url));

/** Builds it unless it is as its sources are; an api that starts afterwards serves it. */
export function buildDashboard(): void {
  execFileSync(process.execPath, [BUILD], { stdio: ["ignore", "ignore", "inherit"] });
}
