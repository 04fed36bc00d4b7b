/** A value as it stands in the text, or its beginning where it is past a limit. */
export interface ScannedValue {
  readonly bytes: Uint8Array;
  /** Values in it, roughly: brackets, commas and colons outside of strings. */
  readonly values: number;
  /** Members of all objects in it: a name that comes twice counts twice. */
  readonly names: number;
  readonly problem: string | null;
}

export interface ValueScanner {
  /** Reads on from `from`; the value once it is complete, and where it ended. */
  push(bytes: Uint8Array, from: number): { readonly at: number; readonly value: ScannedValue | null };
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
/** `[` and `{`, `]` and `}` differ in this bit alone. */
const BRACE_BIT = 0x20;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const EXCERPT_BYTES = 1_000;

/**
 * Finds where one JSON value ends, by brackets and quotes alone, and keeps at most `maxBytes` of it: the rest of a larger
 * or deeper one is read past. All that matters is ASCII, which no byte of another character can be taken for.
 */
export function createValueScanner(maxBytes: number, maxDepth: number): ValueScanner {
  const parts: Uint8Array[] = [];
  let size = 0;
  let depth = 0;
  let values = 1;
  let names = 0;
  let inString = false;
  let isEscaped = false;
  let hasBegun = false;
  let problem: string | null = null;

  function keep(part: Uint8Array): void {
    size += part.length;
    if (problem === null && size > maxBytes) problem = `is larger than ${maxBytes} bytes`;
    if (problem === null) parts.push(part);
    else shrink(part);
  }

  /** To what an excerpt needs. */
  function shrink(part: Uint8Array): void {
    const beginning = Buffer.concat([...parts, part.subarray(0, EXCERPT_BYTES)]).subarray(0, EXCERPT_BYTES);
    parts.length = 0;
    parts.push(Buffer.from(beginning));
  }

  function end(bytes: Uint8Array, from: number, at: number) {
    keep(bytes.subarray(from, at));
    return { at, value: { bytes: parts.length === 1 ? parts[0]! : Buffer.concat(parts), values, names, problem } };
  }

  return {
    push(bytes, from) {
      let at = from;
      while (at < bytes.length) {
        if (inString) {
          at = endOfString(bytes, at);
          if (inString) break;
          if (depth === 0) return end(bytes, from, at);
          continue;
        }
        const byte = bytes[at]!;
        if (byte === QUOTE) {
          // Two values without a comma: what follows is for the reader to refuse.
          if (depth === 0 && hasBegun) return end(bytes, from, at);
          inString = true;
        } else if ((byte | BRACE_BIT) === OPEN) {
          if (depth === 0 && hasBegun) return end(bytes, from, at);
          depth += 1;
          values += 1;
          if (depth > maxDepth) problem ??= `is more than ${maxDepth} levels deep`;
        } else if ((byte | BRACE_BIT) === CLOSE) {
          if (depth === 0) return end(bytes, from, at);
          depth -= 1;
          if (depth === 0) return end(bytes, from, at + 1);
        } else if (byte === COMMA || byte === COLON) {
          if (depth === 0) return end(bytes, from, at);
          values += 1;
          if (byte === COLON) names += 1;
        } else if (depth === 0 && hasBegun && byte <= 0x20) return end(bytes, from, at);
        hasBegun = true;
        at += 1;
      }
      keep(bytes.subarray(from));
      return { at: bytes.length, value: null };
    },
  };

  /** The place after the quote that ends the string, or the end of the piece. */
  function endOfString(bytes: Uint8Array, from: number): number {
    for (let at = from; at < bytes.length; at += 1) {
      const byte = bytes[at]!;
      if (isEscaped) isEscaped = false;
      else if (byte === BACKSLASH) isEscaped = true;
      else if (byte === QUOTE) {
        inString = false;
        return at + 1;
      }
    }
    return bytes.length;
  }
}
