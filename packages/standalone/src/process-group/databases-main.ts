import { parseArgs } from "node:util";

import { hostDatabases } from "./host-databases.ts";

const { values } = parseArgs({
  options: {
    dir: { type: "string" },
    postgres: { type: "boolean" },
    redis: { type: "boolean" },
    "no-fsync": { type: "boolean" },
  },
});
if (values.dir === undefined) throw new Error("expected --dir <folder of the stores>");

// Whoever read our output may be gone; that is no reason to leave the stores running.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
await hostDatabases({
  dir: values.dir,
  postgres: values.postgres ?? false,
  redis: values.redis ?? false,
  fsync: values["no-fsync"] !== true,
});
