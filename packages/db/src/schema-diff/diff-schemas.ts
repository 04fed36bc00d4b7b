import type { DiffTarget } from "@prisma/schema-engine-wasm/schema_engine_bg";
import { openSchemaEngine } from "./schema-engine.ts";
import type { SchemaFiles } from "./schema-files.ts";

/** The SQL that turns one schema into another, or null where they mean the same. An empty list is an empty database. */
export async function diffSchemas(from: SchemaFiles, to: SchemaFiles): Promise<string | null> {
  const engine = await openSchemaEngine();
  try {
    const { stdout } = await engine.diff({
      from: toTarget(from),
      to: toTarget(to),
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    });
    return stdout === null || isEmptyScript(stdout) ? null : stdout;
  } finally {
    engine.free();
  }
}

function toTarget(files: SchemaFiles): DiffTarget {
  return files.length === 0 ? { tag: "empty" } : { tag: "schemaDatamodel", files };
}

function isEmptyScript(script: string): boolean {
  return script.split("\n").every((line) => line.trim() === "" || line.startsWith("--"));
}
