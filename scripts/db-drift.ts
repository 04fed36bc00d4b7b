// Fails when prisma/schema says something that no migration does: npm run db:drift
import { messageOf } from "@drumline/core/errors";
import { migrationsFolder } from "@drumline/db/migrate";
import { diffSchemas, loadSchema, loadSnapshot } from "@drumline/db/schema-diff";

try {
  const missing = await diffSchemas(await loadSnapshot(migrationsFolder), await loadSchema());
  if (missing !== null) {
    console.error(
      `prisma/schema was changed without a migration; run npm run db:new -- <name>. What is missing:\n\n${missing}`,
    );
    process.exitCode = 1;
  }
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
