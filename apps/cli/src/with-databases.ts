import { type Env, readSettings, statementSeconds, databaseSettings } from "@drumline/core/config";
import { createLog } from "@drumline/core/log";
import {
  type DuplicateGuard,
  duplicateSettings,
  openDatabases,
  type Databases,
  toDuplicateGuard,
} from "@drumline/engine";

const commandSettings = {
  ...databaseSettings,
  statementSeconds: statementSeconds("CLI", 60),
  ...duplicateSettings,
} as const;

export interface CommandDatabases extends Databases {
  readonly deduplicate: DuplicateGuard;
}

/** Opens the databases for one command and closes them whatever happens. */
export async function withDatabases<Result>(
  env: Env,
  act: (databases: CommandDatabases) => Promise<Result>,
): Promise<Result> {
  const config = readSettings(commandSettings, env);
  const databases = await openDatabases(
    { ...config, databasePoolSize: 2 },
    { log: createLog({ level: "silent", process: "cli" }), process: "cli" },
  );
  try {
    return await act({ ...databases, deduplicate: toDuplicateGuard(config) });
  } finally {
    await databases.close();
  }
}
