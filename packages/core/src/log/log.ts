import { destination, pino } from "pino";

import { toPrintable } from "./printable.ts";

/** Logs are events with fields: a constant message, the facts beside it, never a secret. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface LogOptions {
  readonly level: "debug" | "info" | "warn" | "error" | "silent";
  /** Names the process in every line: beat, worker, api. */
  readonly process: string;
}

const SECRET_FIELDS = [
  "authorization",
  "password",
  "secret",
  "token",
  "*.authorization",
  "*.password",
  "*.secret",
  "*.token",
];

/** JSON lines on standard output, one per event; a terminal that shows them obeys none of what an outside system wrote. */
export function createLog({ level, process }: LogOptions): Log {
  const output = destination(1);
  return pino(
    {
      level,
      base: { process },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_FIELDS, censor: "[redacted]" },
    },
    { write: (line) => void output.write(toPrintable(line)) },
  );
}

export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
