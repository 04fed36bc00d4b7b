import { type Env, readSettings, statementSeconds, storeSettings } from "@drumline/core/config";
import { createLog } from "@drumline/core/log";
import { type DuplicateGuard, duplicateSettings, openStores, type Stores, toDuplicateGuard } from "@drumline/engine";

const commandSettings = {
  ...storeSettings,
  statementSeconds: statementSeconds("CLI", 60),
  ...duplicateSettings,
} as const;

export interface CommandStores extends Stores {
  readonly deduplicate: DuplicateGuard;
}

/** Opens the stores for one command and closes them whatever happens. */
export async function withStores<Result>(env: Env, act: (stores: CommandStores) => Promise<Result>): Promise<Result> {
  const config = readSettings(commandSettings, env);
  const stores = await openStores(
    { ...config, databasePoolSize: 2 },
    { log: createLog({ level: "silent", process: "cli" }), process: "cli" },
  );
  try {
    return await act({ ...stores, deduplicate: toDuplicateGuard(config) });
  } finally {
    await stores.close();
  }
}
