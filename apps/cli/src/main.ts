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
  return isWrongUsage(error) ? ExitCode.wrongUsage : ExitCode.foundProblems;
}

/** Nobody meant it to be seen: what it says, and where it came from for whoever reports it. */
function toDefect(error: unknown): string {
  const frames = error instanceof Error ? (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line)) : [];
  return [messageOf(error), ...frames.map((frame) => messageOf(frame))].join("\n");
}

/** Ours, or a package's own that says the same by its code. */
const isWrongUsage = (error: unknown): boolean => error instanceof DrumlineError && error.code === "WRONG_USAGE";
