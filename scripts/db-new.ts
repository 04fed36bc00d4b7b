// Writes the next migration from the difference between prisma/schema and the last snapshot: npm run db:new -- <name>
import { relative } from "node:path";
import { messageOf } from "@drumline/core/errors";
import { migrationsFolder } from "@drumline/db/migrate";
import { loadSchema, writeMigration } from "@drumline/db/schema-diff";

try {
  const name = process.argv.slice(2).join(" ");
  const path = await writeMigration({ name, now: new Date(), folder: migrationsFolder, schema: await loadSchema() });
  if (path === null) {
    console.log("prisma/schema says nothing that the migrations do not say already; no file was written.");
  } else {
    console.log(
      `${relative(process.cwd(), path)} is written. Read it, add by hand what Prisma cannot say, then: npm run db:migrate`,
    );
  }
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
