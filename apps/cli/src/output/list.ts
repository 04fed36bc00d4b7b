import { type Command, Option } from "commander";

import { parseZoneName } from "@drumline/core/scheduling";

import { WrongUsage } from "../exit.ts";
import { print } from "./print.ts";
import { formatTable } from "./table.ts";

/** How a list is printed: a table, one JSON document, or a JSON object per line for whoever reads a stream. */
export interface ListFormat {
  readonly json?: boolean;
  readonly jsonl?: boolean;
}

export const withListFormat = (command: Command): Command =>
  command
    .addOption(new Option("--json", "one document").conflicts("jsonl"))
    .addOption(new Option("--jsonl", "an object per line"));

/** Fields of rows are the contract of both forms of JSON; ids beyond what a number holds are text. */
export function printList<Row>(
  rows: readonly Row[],
  { json = false, jsonl = false }: ListFormat,
  header: readonly string[],
  toCells: (row: Row) => readonly string[],
): void {
  if (json) print(toJson(rows, 2));
  else if (!jsonl) print(formatTable(header, rows.map(toCells)));
  else for (const row of rows) print(toJson(row));
}

export const toJson = (value: unknown, indent?: number): string =>
  JSON.stringify(value, (_name, part: unknown) => (typeof part === "bigint" ? String(part) : part), indent);

/** @throws {WrongUsage} */
export function parseCount(option: string, raw: string, most: number): number {
  const count = Number(raw);
  if (/^\d+$/.test(raw) && count >= 1 && count <= most) return count;
  throw new WrongUsage(`${option} ${raw}: expected a whole number from 1 to ${most}`);
}

/** @throws {WrongUsage} with the zone that was most likely meant */
export function parseTz(raw: string): string {
  try {
    return parseZoneName(raw, "--tz");
  } catch (error) {
    throw new WrongUsage((error as Error).message, { cause: error });
  }
}
