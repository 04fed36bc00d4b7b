import { DrumlineError } from "@drumline/core/errors";

export interface DataFilePlace {
  readonly file: string;
  readonly line?: number;
  readonly column?: string;
}

/** A data file is missing, or holds what the Olist layout does not allow. */
export class BadDataFile extends DrumlineError {
  constructor(place: DataFilePlace, problem: string, options: { cause?: unknown } = {}) {
    const where = [
      place.file,
      place.line === undefined ? "" : `line ${place.line}`,
      place.column === undefined ? "" : `column ${place.column}`,
    ].filter((part) => part !== "");
    super(`${where.join(", ")}: ${problem}`, { code: "BAD_DATA_FILE", ...options });
  }
}
