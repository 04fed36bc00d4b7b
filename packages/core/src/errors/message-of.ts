import { DrumlineError } from "./drumline-error.ts";

/** One readable line for anything that was thrown, with the chain of causes behind it. */
export function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const own =
    thrown.message === "" ? thrown.name : thrown instanceof DrumlineError ? thrown.message : oneLine(thrown.message);
  return thrown.cause === undefined ? own : `${own} (because: ${messageOf(thrown.cause)})`;
}

// Prisma writes its messages over many lines, most of them empty; our own lay theirs out on purpose.
const oneLine = (message: string): string => message.trim().replace(/\s*\n\s*/g, " ");
