import { createHash } from "node:crypto";
import { existsSync, realpathSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";

/** The orders that the sandbox plays, and the folder in which our side of them is kept. */
export interface Dataset {
  /** Databases and virtual clock of this dataset and no other. */
  readonly dir: string;
}

/**
 * Each data folder and each generator seed is a dataset with databases of its own: the numbers and the calendar of one
 * dataset's orders mean nothing in another, and a pull that has read the one would skip or overwrite the other.
 */
export function toDataset(stateDir: string, { data, seed }: { data: string | null; seed: number }): Dataset {
  // The folder keeps the name that it has on the disks of those who started before.
  return { dir: join(stateDir, "worlds", data === null ? `generated-${seed}` : nameOf(data)) };
}

/** The folder's own name, for people, and a mark of its whole path, for those of one name. */
function nameOf(data: string): string {
  const mark = createHash("sha256").update(data).digest("hex").slice(0, 8);
  return `${basename(data).replaceAll(/[^A-Za-z0-9._-]+/g, "-")}-${mark}`;
}

/** Absolute; null, with a problem more, for what is no folder of orders. */
export function toDataFolder(given: string, problems: string[]): string | null {
  const folder = resolve(given);
  if (!existsSync(folder)) problems.push(`--data ${given}: there is no folder ${folder}`);
  else if (!statSync(folder).isDirectory()) {
    problems.push(`--data ${given}: is a file; expected the folder that holds orders.csv or orders.csv.gz`);
  } else if (!["orders.csv", "orders.csv.gz"].some((name) => existsSync(join(folder, name)))) {
    problems.push(
      `--data ${given}: ${folder} holds no orders.csv or orders.csv.gz; expected a folder in the Olist layout`,
    );
  } else return realpathSync(folder);
  return null;
}
