import { generateWorld } from "./generator/generate-world.ts";
import { loadOlistWorld } from "./olist/load-olist-world.ts";
import type { World } from "./world.ts";

/** The Olist files where a folder is given, else a generated world. Throws `BadDataFile`. */
export async function loadWorld({ dataFolder, seed }: { dataFolder: string | null; seed: number }): Promise<World> {
  return dataFolder === null ? generateWorld(seed) : loadOlistWorld(dataFolder);
}
