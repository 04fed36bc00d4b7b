import { fileURLToPath } from "node:url";

import { SECOND_MS } from "@drumline/core/clock";
import type { Env, ValuesOf } from "@drumline/core/config";

import type { StoreUrls } from "./child-env.ts";
import { type Fleet, STORES } from "./fleet.ts";
import type { startSettings } from "./start-settings.ts";
import type { ReadyMessage } from "./supervised-child.ts";
import type { World } from "./world.ts";

// A checkpoint of a busy database takes its time, and cutting it short costs the next start a recovery.
const STORES_GRACE_MS = 60 * SECOND_MS;

export interface StoresPlace {
  readonly world: World;
  readonly config: ValuesOf<typeof startSettings>;
  readonly fleet: Fleet;
  readonly env: Env;
}

/** Runs the stores that the user did not name, and says where all of them are; `onMoved` hears when a restart changed that. */
export async function launchStores(
  { world, config, fleet, env }: StoresPlace,
  onMoved: (stores: StoreUrls) => void,
): Promise<StoreUrls> {
  const { databaseUrl, redisUrl } = config;
  const needed = [databaseUrl === null ? "--postgres" : [], redisUrl === null ? "--redis" : []].flat();
  if (databaseUrl !== null && redisUrl !== null) return { databaseUrl, redisUrl };
  const toUrls = (message: ReadyMessage): StoreUrls => ({
    databaseUrl: databaseUrl ?? String(message["databaseUrl"]),
    redisUrl: redisUrl ?? (message["redisUrl"] as string | null),
  });
  const main = fileURLToPath(new URL("stores-main.ts", import.meta.url));
  const spec = { name: STORES, main, args: ["--dir", world.dir, ...needed], env: () => env, graceMs: STORES_GRACE_MS };
  let current: StoreUrls | null = null;
  const ready = await fleet.launch(spec, (message) => {
    const urls = toUrls(message);
    if (urls.databaseUrl === current?.databaseUrl && urls.redisUrl === current.redisUrl) return;
    current = urls;
    onMoved(urls);
  });
  current = toUrls(ready);
  return current;
}
