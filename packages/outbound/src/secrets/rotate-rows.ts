import { messageOf } from "@drumline/core/errors";

import { UnusableSecret } from "./secret-box.ts";

/** What became of the sealed values of one table. */
export interface Rotation {
  readonly table: string;
  /** Sealed anew by the key of today. */
  readonly rotated: number;
  /** By the key of today already. */
  readonly current: number;
  /** Each row that could not be opened or saved, and why. */
  readonly failed: readonly string[];
}

interface Rotating<Row, Sealed> {
  readonly table: string;
  readonly isDryRun: boolean;
  /** How a row is called in what failed. */
  readonly nameOf: (row: Row) => string;
  /** Null where it is sealed by the key of today. Throws `UnusableSecret`. */
  readonly reseal: (row: Row) => Sealed | null;
  /** Only over what was read: false where the row is another by now. */
  readonly save: (row: Row, sealed: Sealed) => Promise<boolean>;
}

/** Seals the rows of a table anew, each by itself: one that does not open keeps no other from it. */
export async function rotateRows<Row, Sealed>(
  rows: readonly Row[],
  { table, isDryRun, nameOf, reseal, save }: Rotating<Row, Sealed>,
): Promise<Rotation> {
  let [rotated, current] = [0, 0];
  const failed: string[] = [];
  for (const row of rows) {
    try {
      const sealed = reseal(row);
      if (sealed === null) current += 1;
      else if (isDryRun || (await save(row, sealed))) rotated += 1;
      else failed.push(`${nameOf(row)}: it was changed meanwhile; rotate once more`);
    } catch (error) {
      if (!(error instanceof UnusableSecret)) throw error;
      failed.push(`${nameOf(row)}: ${messageOf(error)}`);
    }
  }
  return { table, rotated, current, failed };
}
