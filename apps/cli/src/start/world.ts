import { createHash } from "node:crypto";
import { basename, join } from "node:path";

/** The outside that the sandbox plays, and the folder in which our side of it is kept. */
export interface World {
  /** In words, for the screen. */
  readonly title: string;
  /** Stores and virtual clock of this world and no other. */
  readonly dir: string;
}

/**
 * Each data folder and each generator seed is a world with stores of its own: the numbers and the calendar of one
 * world's orders mean nothing in another, and a pull that has read the one would skip or overwrite the other.
 */
export function toWorld(stateDir: string, { data, seed }: { data: string | null; seed: number }): World {
  if (data === null) {
    const name = `generated-${seed}`;
    return { title: `generated orders (seed ${seed})`, dir: join(stateDir, "worlds", name) };
  }
  const mark = createHash("sha256").update(data).digest("hex").slice(0, 8);
  const name = `${basename(data).replaceAll(/[^A-Za-z0-9._-]+/g, "-")}-${mark}`;
  return { title: `orders of ${data}`, dir: join(stateDir, "worlds", name) };
}
