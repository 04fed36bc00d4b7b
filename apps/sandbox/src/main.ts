import { messageOf } from "@drumline/core/errors";

import { loadSandboxConfig } from "./config.ts";
import { startSandbox } from "./sandbox.ts";

/** A signal, or the end of the process that started this one: a killed supervisor leaves no sandbox behind. */
const askedToEnd = new Promise<void>((resolve) => {
  for (const event of ["SIGTERM", "SIGINT", "disconnect"] as const) process.once(event, () => resolve());
});

try {
  const sandbox = await startSandbox(loadSandboxConfig(), (line) => void process.stderr.write(`${line}\n`));
  process.stdout.write(`${JSON.stringify({ listening: sandbox.url })}\n`);
  if (process.connected) process.send!({ ready: true, listening: sandbox.url });
  await askedToEnd;
  await sandbox.close();
} catch (error) {
  process.stderr.write(`sandbox: ${messageOf(error)}\n`);
  process.exitCode = 1;
}
if (process.connected) process.disconnect();
