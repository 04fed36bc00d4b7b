import { BadDataFile } from "./bad-data-file.ts";
import { parseLocalTime } from "./local-time.ts";

/** One row with its place, so that every complaint can say where. The readers throw `BadDataFile`. */
export class TableRow {
  readonly #file: string;
  readonly #line: number;
  readonly #cells: Readonly<Record<string, string>>;

  constructor(file: string, line: number, cells: Readonly<Record<string, string>>) {
    this.#file = file;
    this.#line = line;
    this.#cells = cells;
  }

  /** As written; empty where the cell is. */
  text(column: string): string {
    return this.#cells[column] ?? "";
  }

  id(column: string): string {
    return this.text(column) || this.refuse(column, "expected an id");
  }

  /** The entry another file has under this id. */
  reference<Entry>(column: string, entries: ReadonlyMap<string, Entry>, otherFile: string): Entry {
    const entry = entries.get(this.id(column));
    if (entry === undefined) this.refuse(column, `no row of ${otherFile} has it; the files do not belong together`);
    return entry;
  }

  count(column: string): number {
    if (!/^\d{1,9}$/.test(this.text(column))) this.refuse(column, "expected a whole number such as 1");
    return Number(this.text(column));
  }

  cents(column: string): number {
    if (!/^\d{1,12}(\.\d{1,2})?$/.test(this.text(column))) this.refuse(column, "expected an amount such as 35.90");
    return Math.round(Number(this.text(column)) * 100);
  }

  instantMs(column: string): number {
    return (
      parseLocalTime(this.text(column)) ??
      this.refuse(column, "expected an existing date and time such as 2018-05-22 10:59:50")
    );
  }

  /** Null where the cell is empty. */
  instantMsOrNull(column: string): number | null {
    return this.text(column) === "" ? null : this.instantMs(column);
  }

  word<const Word extends string>(column: string, words: readonly Word[]): Word {
    const found = words.find((word) => word === this.text(column));
    return found ?? this.refuse(column, `expected one of ${words.join(", ")}`);
  }

  refuse(column: string, expected: string): never {
    throw new BadDataFile(
      { file: this.#file, line: this.#line, column },
      `got "${this.text(column)}"; ${expected}; correct the row or get the file anew`,
    );
  }
}
