import { readOptions } from "../command-line.ts";
import { parseHostileOptions, USAGE } from "./options.ts";
import { runHostile } from "./run-hostile.ts";

const options = readOptions(parseHostileOptions, USAGE);
for (const queue of options?.queues ?? []) if (!(await runHostile(queue, options!))) process.exitCode = 1;
