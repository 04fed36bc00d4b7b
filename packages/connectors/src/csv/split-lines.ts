import { DrumlineError } from "@drumline/core/errors";

/** A line that does not end: what is read is no list of lines. */
export class EndlessLine extends DrumlineError {
  constructor(no: number, characters: number) {
    super(`line ${no} is longer than ${characters} characters and has not ended yet; this is no list of lines.`, {
      code: "ENDLESS_LINE",
    });
  }
}

/** A physical line of a text, without its end. */
export interface Line {
  /** From 1. */
  readonly no: number;
  /** Of a line that is too long, its beginning. */
  readonly text: string;
  readonly isTooLong: boolean;
  /** What it ended with, for whoever has to put lines together again. */
  readonly lineEnd: "\n" | "\r\n";
}

export interface LineSplitter {
  /** The lines that end in this piece of text. Throws `EndlessLine`. */
  push(text: string): Line[];
  /** What stands after the last line end; null where nothing does. */
  end(): Line | null;
}

const EXCERPT_CHARACTERS = 500;

/**
 * Cuts text into lines and never holds more than `maxCharacters` of one: the rest of a longer line is read past. A line
 * longer than `giveUpCharacters` ends the reading, since what follows it would be no list either.
 */
export function createLineSplitter(maxCharacters: number, giveUpCharacters: number): LineSplitter {
  let no = 1;
  let rest = "";
  /** Characters of the current line that were read past; 0 while it may still be short enough. */
  let skipped = 0;

  function close(text: string, lines: Line[]): void {
    if (skipped > 0) lines.push({ no, text: rest, isTooLong: true, lineEnd: "\n" });
    else {
      const whole = rest === "" ? text : rest + text;
      const lineEnd = whole.endsWith("\r") ? "\r\n" : "\n";
      const line = lineEnd === "\n" ? whole : whole.slice(0, -1);
      const isTooLong = line.length > maxCharacters;
      lines.push({ no, text: isTooLong ? line.slice(0, EXCERPT_CHARACTERS) : line, isTooLong, lineEnd });
    }
    no += 1;
    rest = "";
    skipped = 0;
  }

  return {
    push(text) {
      const lines: Line[] = [];
      let from = 0;
      for (;;) {
        const at = text.indexOf("\n", from);
        if (at === -1) break;
        close(text.slice(from, at), lines);
        from = at + 1;
      }
      const tail = from === 0 ? text : text.slice(from);
      if (skipped > 0) skipped += tail.length;
      else if (rest.length + tail.length > maxCharacters) {
        skipped = rest.length + tail.length;
        rest = (rest + tail.slice(0, EXCERPT_CHARACTERS)).slice(0, EXCERPT_CHARACTERS);
      } else rest += tail;
      if (skipped > giveUpCharacters) throw new EndlessLine(no, giveUpCharacters);
      return lines;
    },
    end() {
      if (rest === "" && skipped === 0) return null;
      const lines: Line[] = [];
      close("", lines);
      return lines[0]!;
    },
  };
}
