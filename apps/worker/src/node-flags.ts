// Prints the flags Node needs for a worker: `node $(node --import tsx apps/worker/src/node-flags.ts) …`.
import { readWorkerNodeFlags } from "./config.ts";

process.stdout.write(readWorkerNodeFlags().join(" "));
