/** One line of a run's log. */
export interface LogLine {
  readonly id: string;
  readonly at: string;
  readonly level: string;
  readonly message: string;
  readonly fields: unknown;
}

/** A line with the number that is its address. */
export interface NumberedLine extends LogLine {
  readonly no: number;
}

/** Lines that came in after those that are there; a line that came twice counts once. */
export function addLines(lines: readonly NumberedLine[], more: readonly LogLine[]): readonly NumberedLine[] {
  const lastId = BigInt(lines.at(-1)?.id ?? -1);
  const fresh = more.filter(({ id }) => BigInt(id) > lastId);
  if (fresh.length === 0) return lines;
  return [...lines, ...fresh.map((line, index) => ({ ...line, no: lines.length + index + 1 }))];
}

const LEVELS = ["debug", "info", "warn", "error"];

/** Lines of at least a level that hold a text, in their message or their fields. */
export function filterLines(lines: readonly NumberedLine[], level: string, text: string): readonly NumberedLine[] {
  const least = LEVELS.indexOf(level);
  const part = text.trim().toLowerCase();
  if (least <= 0 && part === "") return lines;
  return lines.filter(
    (line) =>
      LEVELS.indexOf(line.level) >= least &&
      (part === "" || `${line.message} ${fieldsText(line.fields)}`.toLowerCase().includes(part)),
  );
}

/** `orders=12 page=3`, as a terminal shows fields. */
export function fieldsText(fields: unknown): string {
  if (typeof fields !== "object" || fields === null) return "";
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(" ");
}

/** The log as a file. */
export const logText = (lines: readonly LogLine[]): string =>
  lines
    .map(({ at, level, message, fields }) => `${at} ${level.padEnd(5)} ${message} ${fieldsText(fields)}`.trimEnd())
    .join("\n");

/** The line an address names, `#L120`; null where it names none. */
export function readLineAddress(hash: string): number | null {
  const [, no] = /^#?L(\d{1,7})$/.exec(hash) ?? [];
  return no === undefined ? null : Number(no);
}
