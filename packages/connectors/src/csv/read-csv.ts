import type { Line } from "./split-lines.ts";

/** One record of a CSV text, or why a line is none. `no` is the line on which it begins. */
export type RawRecord =
  | { readonly no: number; readonly fields: readonly string[]; readonly problem: null }
  | { readonly no: number; readonly problem: RecordProblem; readonly text: string };

export interface RecordProblem {
  readonly code: string;
  readonly reason: string;
}

export interface CsvReader {
  /** Adds the records that are complete with this line to `out`. */
  push(line: Line, out: RawRecord[]): void;
  /** No more lines: a record that is still open is not one. */
  end(out: RawRecord[]): void;
}

interface OpenRecord {
  readonly lines: Line[];
  readonly fields: string[];
  /** What the open quote holds so far. */
  partial: string;
  characters: number;
}

export interface CsvOptions {
  readonly delimiter: string;
  /** Fields every record must have; null until the header is read. */
  readonly columns: () => number | null;
  /** A quoted field may hold line ends; a record may hold this many lines and characters. */
  readonly maxLines?: number;
  readonly maxCharacters?: number;
}

const MOST_LINES = 100;
const MOST_CHARACTERS = 65_536;

/**
 * RFC 4180 with the liberties real files take: a quote inside an unquoted field is a letter (5" pipe). A quote that
 * never closes costs the line it stands on and no other: reading goes on with the very next line.
 */
export function createCsvReader(options: CsvOptions): CsvReader {
  const { delimiter, columns, maxLines = MOST_LINES, maxCharacters = MOST_CHARACTERS } = options;
  let open: OpenRecord | null = null;

  function take(line: Line, out: RawRecord[]): Line[] {
    if (open === null) {
      if (line.isTooLong) out.push(tooLong(line));
      else if (!line.text.includes('"')) close(line.no, line.text.split(delimiter), line.text, out);
      else return begin(line, out);
      return [];
    }
    const { lineEnd } = open.lines.at(-1)!;
    open.lines.push(line);
    open.characters += line.text.length + lineEnd.length;
    if (line.isTooLong || open.lines.length > maxLines || open.characters > maxCharacters) return giveUp(out);
    open.partial += lineEnd;
    return settle(scan(line.text, open, true, delimiter), out);
  }

  function begin(line: Line, out: RawRecord[]): Line[] {
    open = { lines: [line], fields: [], partial: "", characters: line.text.length };
    return settle(scan(line.text, open, false, delimiter), out);
  }

  /** The lines to read anew. */
  function settle(state: "open" | "complete" | "malformed", out: RawRecord[]): Line[] {
    if (state === "open") return [];
    const { lines, fields } = open!;
    const wanted = columns();
    const swallowed = lines.length > 1 && wanted !== null && fields.length !== wanted;
    if (state === "complete" && !swallowed) {
      open = null;
      close(lines[0]!.no, fields, lines[0]!.text, out);
      return [];
    }
    if (lines.length > 1) return giveUp(out);
    open = null;
    const reason = "there are letters between a closing quote and the next delimiter";
    out.push({ no: lines[0]!.no, text: lines[0]!.text, problem: { code: "MALFORMED_QUOTES", reason } });
    return [];
  }

  /** The first line of the open record is bad; the others are read as if it had not been there. */
  function giveUp(out: RawRecord[]): Line[] {
    const [first, ...others] = open!.lines;
    open = null;
    const reason = "a quote opens on this line and does not close where its record should end";
    out.push({ no: first!.no, text: first!.text, problem: { code: "UNCLOSED_QUOTE", reason } });
    return others;
  }

  function close(no: number, fields: readonly string[], text: string, out: RawRecord[]): void {
    const wanted = columns();
    if (wanted === null || fields.length === wanted) out.push({ no, fields, problem: null });
    else if (text === "") return;
    else {
      const reason = `has ${fields.length} fields where the header has ${wanted}`;
      out.push({ no, text, problem: { code: "WRONG_FIELD_COUNT", reason } });
    }
  }

  function push(line: Line, out: RawRecord[]): void {
    let again = take(line, out);
    while (again.length > 0) {
      const [next, ...others] = again;
      again = [...take(next!, out), ...others];
    }
  }

  return {
    push,
    end(out) {
      while (open !== null) for (const line of giveUp(out)) push(line, out);
    },
  };
}

export function tooLong({ no, text }: Line): RawRecord {
  return { no, text, problem: { code: "LINE_TOO_LONG", reason: "is longer than a line may be" } };
}

/** Reads on in `record`, from inside its open quote or from the beginning of a field. */
function scan(
  text: string,
  record: OpenRecord,
  isInQuotes: boolean,
  delimiter: string,
): "open" | "complete" | "malformed" {
  let at = 0;
  let inQuotes = isInQuotes;
  for (;;) {
    if (!inQuotes) {
      if (text[at] === '"') {
        inQuotes = true;
        record.partial = "";
        at += 1;
      } else {
        const next = text.indexOf(delimiter, at);
        record.fields.push(next === -1 ? text.slice(at) : text.slice(at, next));
        if (next === -1) return "complete";
        at = next + 1;
        continue;
      }
    }
    const quote = text.indexOf('"', at);
    if (quote === -1) {
      record.partial += text.slice(at);
      return "open";
    }
    record.partial += text.slice(at, quote);
    at = quote + 1;
    if (text[at] === '"') {
      record.partial += '"';
      at += 1;
      continue;
    }
    record.fields.push(record.partial);
    inQuotes = false;
    if (at === text.length) return "complete";
    if (text[at] !== delimiter) return "malformed";
    at += 1;
  }
}
