import { createReadStream, existsSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";

import { messageOf } from "@drumline/core/errors";
import { parse } from "csv-parse";

import { BadDataFile } from "./bad-data-file.ts";
import { TableRow } from "./table-row.ts";

/**
 * Streams `<name>.csv.gz`, or `<name>.csv`, row by row. Columns may stand in any order and there may be more of them.
 * Throws `BadDataFile` where the file is missing, broken, or lacks one of `columns`.
 */
export async function* readTable(
  folder: string,
  name: string,
  columns: readonly string[],
): AsyncGenerator<TableRow, void, undefined> {
  const file = findTable(folder, name);
  let hasHeader = false;
  const parser = parse({
    bom: true,
    info: true,
    skip_empty_lines: true,
    columns: (header: string[]) => {
      hasHeader = true;
      return onlyWanted(file, header, columns);
    },
  });
  const source = createReadStream(file);
  // Failures reach the reader through the parser, which pipeline destroys with them.
  if (file.endsWith(".gz")) pipeline(source, createGunzip(), parser, () => {});
  else pipeline(source, parser, () => {});
  try {
    for await (const { record, info } of parser as AsyncIterable<ParsedLine>) {
      yield new TableRow(file, info.lines, record);
    }
  } catch (error) {
    if (error instanceof BadDataFile) throw error;
    throw new BadDataFile({ file }, `cannot be read: ${messageOf(error)}; get the file anew`, { cause: error });
  }
  if (!hasHeader) throw new BadDataFile({ file }, `is empty; expected the header ${columns.join(",")}`);
}

interface ParsedLine {
  readonly record: Readonly<Record<string, string>>;
  readonly info: { readonly lines: number };
}

function findTable(folder: string, name: string): string {
  const candidates = [join(folder, `${name}.csv.gz`), join(folder, `${name}.csv`)];
  const found = candidates.find((candidate) => existsSync(candidate));
  if (found !== undefined) return found;
  throw new BadDataFile(
    { file: candidates[0]! },
    `no such file, and no ${name}.csv either; SANDBOX_DATA takes the folder that holds orders, order_items, ` +
      `order_payments, customers, sellers and products, or stays empty for generated orders`,
  );
}

/** False drops a column. */
function onlyWanted(file: string, header: string[], columns: readonly string[]): (string | false)[] {
  const missing = columns.filter((column) => !header.includes(column));
  if (missing.length > 0) {
    throw new BadDataFile(
      { file, line: 1 },
      `the header lacks ${missing.join(", ")}; got ${header.join(",")}; expected at least ${columns.join(",")}`,
    );
  }
  return header.map((column) => columns.includes(column) && column);
}
