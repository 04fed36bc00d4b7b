import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { UnreadableMigrations } from "./errors.ts";

export interface Migration {
  /** The folder's name, `<stamp>_<words>`: the order is the order of names. */
  readonly name: string;
  readonly sql: string;
}

export const migrationsFolder = fileURLToPath(new URL("../../../../prisma/migrations", import.meta.url));

/** Every migration of a folder in Prisma Migrate's layout, in the order they are applied. */
export async function loadMigrations(folder = migrationsFolder): Promise<Migration[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    return await Promise.all(
      names.sort().map(async (name) => ({ name, sql: await readFile(join(folder, name, "migration.sql"), "utf8") })),
    );
  } catch (error) {
    throw new UnreadableMigrations(folder, "expected folders <stamp>_<name> with a migration.sql each", error);
  }
}

/** SHA-256 of the file, as Prisma Migrate records it. */
export function checksumOf(sql: string): string {
  return createHash("sha256").update(sql).digest("hex");
}

/** Git may check a file out with other line ends than it was applied with; that is not a change. */
export function matchesChecksum(sql: string, checksum: string): boolean {
  const withLf = sql.replaceAll("\r\n", "\n");
  return [sql, withLf, withLf.replaceAll("\n", "\r\n")].some((text) => checksumOf(text) === checksum);
}
