import { type Env, readSettings, statementSeconds, storeSettings, toggle } from "@drumline/core/config";
import { createLog } from "@drumline/core/log";
import { openStores, type Stores } from "@drumline/engine";

const commandSettings = {
  ...storeSettings,
  statementSeconds: statementSeconds("CLI", 60),
  deduplicate: toggle("DEDUPLICATE_SCHEDULED_RUNS", { fallback: true, about: "As in beat." }),
} as const;

export interface CommandStores extends Stores {
  readonly deduplicate: boolean;
}

/** Opens the stores for one command and closes them whatever happens. */
export async function withStores<Result>(env: Env, act: (stores: CommandStores) => Promise<Result>): Promise<Result> {
  const config = readSettings(commandSettings, env);
  const stores = await openStores(
    { ...config, databasePoolSize: 2 },
    { log: createLog({ level: "silent", process: "cli" }), process: "cli" },
  );
  try {
    return await act({ ...stores, deduplicate: config.deduplicate });
  } finally {
    await stores.close();
  }
}
