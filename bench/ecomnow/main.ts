import { benchFeeds } from "./feeds.ts";
import { benchUserAudit } from "./user-audit.ts";

export async function benchEcomnow(): Promise<void> {
  const parts = { feeds: benchFeeds, "user-audit": benchUserAudit };
  const only = process.argv[3];
  for (const [name, bench] of Object.entries(parts)) if (only === undefined || only === name) await bench();
}
