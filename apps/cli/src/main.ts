import { CommanderError } from "commander";

import { DrumlineError, messageOf } from "@drumline/core/errors";

import { ExitCode, Finished } from "./exit.ts";
import { printAside } from "./output/print.ts";
import { buildProgram } from "./program.ts";

/** Runs one command and gives its exit code. */
export async function main(args: readonly string[]): Promise<number> {
  // `drumline schedules | head` closes the pipe early; that is the reader's choice, not a fault.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  try {
    const program = await buildProgram(args);
    await program.parseAsync(args, { from: "user" });
    return ExitCode.fine;
  } catch (error) {
    return exitCodeOf(error);
  }
}

function exitCodeOf(error: unknown): number {
  if (error instanceof Finished) return error.exitCode;
  // Commander has printed its own message, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.fine : ExitCode.wrongUsage;
  printAside(error instanceof DrumlineError ? messageOf(error) : toDefect(error));
  return (error instanceof DrumlineError ? EXIT_CODES[error.code] : undefined) ?? ExitCode.foundProblems;
}

/** Nobody meant it to be seen: what it says, and where it came from for whoever reports it. */
function toDefect(error: unknown): string {
  const frames = error instanceof Error ? (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line)) : [];
  return [messageOf(error), ...frames.map((frame) => messageOf(frame))].join("\n");
}

/** By the code of an error, of ours or of a package: its class would have to be loaded with all that it needs. */
const EXIT_CODES: Readonly<Record<string, number>> = {
  WRONG_USAGE: ExitCode.wrongUsage,
  DATABASE_UNREACHABLE: ExitCode.notReachable,
  MISSING_DATABASES: ExitCode.notReachable,
  QUEUE_UNREACHABLE: ExitCode.notReachable,
  REFUSED: ExitCode.refused,
  READ_ONLY_SCHEDULE: ExitCode.refused,
  SCHEDULE_CHANGED: ExitCode.refused,
};
