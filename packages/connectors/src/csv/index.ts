export { createCsvReader, type CsvOptions, type CsvReader, type RawRecord, type RecordProblem } from "./read-csv.ts";
export { createLineSplitter, EndlessLine, type Line, type LineSplitter } from "./split-lines.ts";
