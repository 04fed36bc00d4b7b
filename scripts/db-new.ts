// Writes the next migration from the difference between prisma/schema and the last snapshot, and makes the Prisma client know
// it: npm run db:new -- <name>
import { spawnSync } from "node:child_process";
import { join, relative } from "node:path";

import { messageOf } from "@drumline/core/errors";
import { migrationsFolder } from "@drumline/db/migrate";
import { loadSchema, writeMigration } from "@drumline/db/schema-diff";

try {
  const name = process.argv.slice(2).join(" ");
  const path = await writeMigration({ name, now: new Date(), folder: migrationsFolder, schema: await loadSchema() });
  if (path === null) {
    console.log("prisma/schema says nothing that the migrations do not say already; no file was written.");
  } else {
    const client = join(import.meta.dirname, "generate-client.mjs");
    const { status } = spawnSync(process.execPath, [client], { stdio: "inherit" });
    if (status !== 0) process.exitCode = 1;
    console.log(
      `${relative(process.cwd(), path)} is written. Read it, and add by hand what Prisma cannot say. npm run db:migrate and npm start apply it.`,
    );
  }
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
