import { DrumlineError } from "./drumline-error.ts";
import { hideCredentials, shortenPaths, withoutPrismaFrame } from "./shown-text.ts";

const MOST_CAUSES = 10;
const MOST_CHARACTERS = 20_000;

/**
 * One readable line for anything that was thrown, with the chain of causes behind it; bounded, and never throws itself.
 * Messages of ours say what they mean to; those of others lose what a stranger must not read: credentials, the folders of
 * this machine, source lines and values that Prisma quotes.
 */
export function messageOf(thrown: unknown): string {
  const messages: string[] = [];
  for (let error = thrown; ; error = (error as Error).cause) {
    messages.push(ownMessageOf(error));
    // A cause may be its own cause: libraries wrap what they were given.
    if (messages.length > MOST_CAUSES || !hasCause(error)) break;
  }
  return messages.reduceRight((because, own) => `${own} (because: ${because})`);
}

function hasCause(error: unknown): boolean {
  try {
    return error instanceof Error && error.cause !== undefined;
  } catch {
    return false;
  }
}

function ownMessageOf(thrown: unknown): string {
  try {
    if (!(thrown instanceof Error)) return ofOthers(cut(String(thrown)));
    const message = cut(thrown.message);
    if (message === "") return thrown.name;
    return thrown instanceof DrumlineError ? hideCredentials(message) : oneLine(ofOthers(message));
  } catch {
    return "something was thrown that has no text";
  }
}

const ofOthers = (message: string): string => shortenPaths(hideCredentials(withoutPrismaFrame(message)));

// Before anything else is done to it: a message may hold the 30 MB that an outside system answered.
const cut = (text: string): string =>
  text.length <= MOST_CHARACTERS ? text : text.slice(0, MOST_CHARACTERS).toWellFormed();

// Prisma writes its messages over many lines, most of them empty; our own lay theirs out on purpose.
const oneLine = (message: string): string =>
  message
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join(" ");
