import { toPrintable } from "@drumline/core/log";

/** Columns as wide as their widest cell, two spaces between them; the last column is never padded. A cell is one line, whatever it holds. */
export function formatTable(header: readonly string[], given: readonly (readonly string[])[]): string {
  const rows = given.map((cells) => cells.map((cell) => toPrintable(cell.replaceAll(/\s*[\n\r\t]\s*/g, " "))));
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const toLine = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd();
  return [header.map((title) => title.toUpperCase()), ...rows].map(toLine).join("\n");
}
