import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from "@prisma/driver-adapter-utils";
import type { SchemaEngine } from "@prisma/schema-engine-wasm/schema_engine_bg";

type Bindings = typeof import("@prisma/schema-engine-wasm/schema_engine_bg");

/** Node has it; the TypeScript libraries this project loads do not name it. */
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: Record<string, unknown> } }>;
  };
};

const BINDINGS = "@prisma/schema-engine-wasm/schema_engine_bg";

const noDatabase: SqlMigrationAwareDriverAdapterFactory = {
  provider: "postgres",
  adapterName: "none",
  connect: answerNothing,
  connectToShadowDb: answerNothing,
};

/** Prisma's schema engine as WebAssembly: it compares schemas without a download and without a database. */
export async function openSchemaEngine(database = noDatabase): Promise<SchemaEngine> {
  const { SchemaEngine } = await (loaded ??= loadBindings());
  const adapter = bindMigrationAwareSqlAdapterFactory(database);
  return SchemaEngine.new({ datamodels: undefined }, () => {}, adapter);
}

/** The bindings hold the memory of one instance, so a process may load only one. */
let loaded: Promise<Bindings> | null = null;

/** Node cannot import a .wasm file yet, so the module is wired up by hand, as the package's own entry would. */
async function loadBindings(): Promise<Bindings> {
  const bindings = (await import(BINDINGS)) as Bindings;
  const wasm = await readFile(fileURLToPath(import.meta.resolve(BINDINGS)).replace(/\.js$/, ".wasm"));
  const { instance } = await WebAssembly.instantiate(wasm, { "./schema_engine_bg.js": { ...bindings } });
  bindings.__wbg_set_wasm(instance.exports);
  (instance.exports["__wbindgen_start"] as () => void)();
  return bindings;
}

/** The engine asks a new connection for its version before it does anything; comparing texts needs no answer. */
function answerNothing(): Promise<SqlDriverAdapter> {
  return Promise.resolve({
    provider: "postgres",
    adapterName: "none",
    queryRaw: () => Promise.resolve({ columnNames: [], columnTypes: [], rows: [] }),
    executeRaw: () => Promise.resolve(0),
    executeScript: () => Promise.resolve(),
    startTransaction: () => Promise.reject(new Error("comparing schemas takes no transaction")),
    getConnectionInfo: () => ({ schemaName: "public", supportsRelationJoins: true }),
    dispose: () => Promise.resolve(),
  });
}
