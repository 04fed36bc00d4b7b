import { setTimeout as delay } from "node:timers/promises";

import { messageOf } from "@drumline/core/errors";
import { toPrintable } from "@drumline/core/log";
import { untilAskedToEnd } from "@drumline/core/process";

import { loadSandboxConfig } from "./config.ts";
import { startSandbox } from "./sandbox.ts";

const CALLERS_GET_MS = 2_000;
const askedToEnd = untilAskedToEnd();

try {
  const sandbox = await startSandbox(loadSandboxConfig(), (line) => void process.stderr.write(`${line}\n`));
  process.stdout.write(`${JSON.stringify({ listening: sandbox.url })}\n`);
  if (process.connected) process.send!({ ready: true, listening: sandbox.url });
  // Those who call the sandbox hear of a killed supervisor at the same moment, and have something to finish.
  if ((await askedToEnd) === "disconnect") await delay(CALLERS_GET_MS);
  await sandbox.close();
} catch (error) {
  process.stderr.write(`sandbox: ${toPrintable(messageOf(error))}\n`);
  process.exitCode = 1;
}
if (process.connected) process.disconnect();
