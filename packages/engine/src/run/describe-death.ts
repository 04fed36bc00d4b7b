import { DrumlineError } from "@drumline/core/errors";
import { toStorableText } from "@drumline/core/text";

import type { ClaimedRun } from "./claim-runs.sql.ts";

/** A try whose process ended before its handler did. */
export class RunDied extends DrumlineError {
  constructor({ attempt, maxAttempts }: Pick<ClaimedRun, "attempt" | "maxAttempts">, death: string) {
    super(`its process, in which it ran alone, died during try ${attempt} of ${maxAttempts}: ${death}`, {
      code: "RUN_DIED",
    });
  }
}

export interface Death {
  readonly code: number | null;
  readonly signal: string | null;
  /** The end of what it wrote. */
  readonly stderr: string;
}

const LAST_LINES = 3;
const MOST_CODE_POINTS = 1_000;

/** What is known of a process that died: the signal or code, and the line of its last words that names the cause. */
export function describeDeath({ code, signal, stderr }: Death): string {
  const how = signal !== null ? `signal ${signal}` : code !== null ? `exit code ${code}` : "it could not be started";
  const words = lastWords(stderr);
  return toStorableText(words === "" ? how : `${how}; ${words}`, MOST_CODE_POINTS);
}

/** V8 and Node name the cause before a page of stack: "FATAL ERROR: Reached heap limit …", "TypeError: …". */
function lastWords(stderr: string): string {
  const lines = stderr
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const cause = lines.findLast((line) => /^(FATAL ERROR\b|#?\s*Fatal\b|\w*Error\b.*:)/.test(line));
  return cause ?? lines.slice(-LAST_LINES).join(" / ");
}
