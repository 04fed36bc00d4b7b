// What bin/node-flags.js prints.
import { readWorkerNodeFlags } from "./config.ts";

process.stdout.write(readWorkerNodeFlags().join(" "));
