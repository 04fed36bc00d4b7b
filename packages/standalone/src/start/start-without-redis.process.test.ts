import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

import { untilTrue } from "@drumline/testing";
import { afterAll, beforeAll, expect, it } from "@jest/globals";

const DRUMLINE = fileURLToPath(new URL("../../../../apps/cli/bin/drumline.js", import.meta.url));
/** Levels of pino from warn on, and what Node and BullMQ write by themselves. */
const COMPLAINT = /"level":(?:[456]0|"(?:warn|error|fatal)")|warning|trouble/i;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "drumline-no-redis-"));
  // Else, as root, the cluster would go to a place outside that outlives the test.
  chmodSync(folder, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("drumline start works on a machine without Redis, and has nothing to complain of", async () => {
  const stateDir = join(folder, "state");
  const child = spawn(process.execPath, [DRUMLINE, "start", "--state-dir", stateDir, "--speed", "1"], {
    cwd: folder,
    env: { PATH: pathWithoutRedis(), HOME: folder },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  try {
    await untilTrue(() => child.exitCode !== null || /orders pulled [1-9]\d* · planned [1-9]/.test(output), {
      what: "orders are pulled and planned",
      timeoutMs: 60_000,
    });
    expect(child.exitCode).toBeNull();
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  } finally {
    child.kill("SIGKILL");
  }
  const logs = join(stateDir, "logs");
  const written = readdirSync(logs).map((name) => readFileSync(join(logs, name), "utf8"));
  expect(written.length).toBeGreaterThan(3);
  const complaints = [output, ...written].flatMap((text) => text.split("\n")).filter((line) => COMPLAINT.test(line));
  expect(complaints).toEqual([]);
}, 600_000);

/** Everything that is on the PATH but a Redis. */
function pathWithoutRedis(): string {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  for (const place of (process.env["PATH"] ?? "").split(delimiter).filter((one) => existsSync(one)))
    for (const name of readdirSync(place))
      if (!/^(?:redis|valkey)-/.test(name) && !existsSync(join(bin, name)))
        symlinkSync(join(place, name), join(bin, name));
  return bin;
}
