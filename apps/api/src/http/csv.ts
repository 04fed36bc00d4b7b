/** A line of RFC 4180, with what a spreadsheet would take for a formula made plain text. */
export const toCsvLine = (cells: readonly unknown[]): string => `${cells.map(toCell).join(",")}\r\n`;

function toCell(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return String(value);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
