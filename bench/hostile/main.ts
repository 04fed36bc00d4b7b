import { messageOf } from "@drumline/core/errors";

import { type HostileOptions, parseHostileOptions, USAGE } from "./options.ts";
import { runHostile } from "./run-hostile.ts";

/** Null after a message when they are wrong. */
function readOptions(): HostileOptions | null {
  try {
    return parseHostileOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n\n${USAGE}\n`);
    process.exitCode = 2;
    return null;
  }
}

const options = readOptions();
for (const queue of options?.queues ?? []) if (!(await runHostile(queue, options!))) process.exitCode = 1;
