import type { Command } from "commander";

import { loadQueueCounts } from "@drumline/engine";

import { readEnv } from "../config.ts";
import { print, printAside } from "../output/print.ts";
import { formatTable } from "../output/table.ts";
import { withDatabases } from "../with-databases.ts";

export function configureQueues(command: Command): void {
  command
    .option("--env-file <file>", "read this file instead of .env; real variables still win")
    .option("--json", "an array of objects")
    .action(showQueues);
}

async function showQueues({ envFile, json = false }: { envFile?: string; json?: boolean }): Promise<void> {
  const { counts, store } = await withDatabases(readEnv(envFile), async ({ backend }) => ({
    counts: await loadQueueCounts(backend),
    store: `${backend.kind} at ${backend.address}`,
  }));
  if (json) {
    print(JSON.stringify(counts, null, 2));
    return;
  }
  const rows = counts.map(({ name, waiting, active, delayed, failed, completed }) => [
    name,
    ...[waiting, active, delayed, failed, completed].map(String),
  ]);
  print(formatTable(["queue", "waiting", "active", "delayed", "failed", "completed"], rows));
  printAside(store);
}
