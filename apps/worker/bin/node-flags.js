// Prints the flags Node needs for a worker: `node $(node apps/worker/bin/node-flags.js) …`.
import { launch } from "@drumline/core/launch";

await launch(new URL("../src/node-flags.ts", import.meta.url));
