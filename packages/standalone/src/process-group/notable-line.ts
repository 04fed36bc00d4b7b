import { toPrintable } from "@drumline/core/log";

/** The part of a log event that a person at the screen reads. */
interface LogEvent {
  readonly level?: unknown;
  readonly msg?: unknown;
  readonly error?: unknown;
  readonly err?: { readonly message?: unknown };
  readonly reason?: unknown;
  readonly warning?: unknown;
}

const LONGEST = 160;
const PRISMA_FRAME = /Invalid `prisma[^`]*` invocation: (?:Raw query failed\. Code: `[^`]*`\. Message: )?`?([^`]*)`?/g;

/**
 * A warning or error that a child wrote, as one short line for the screen; null for everything quieter.
 * Children log JSON lines on standard output; what stands on standard error is a crash or the platform speaking.
 */
export function toNotableLine(stream: "stdout" | "stderr", line: string): string | null {
  const event = parseEvent(line);
  if (event === null) return stream === "stderr" && isTelling(line) && !/^[\s})]/.test(line) ? shorten(line) : null;
  if (event.level !== "warn" && event.level !== "error") return null;
  const facts = [event.msg, event.error ?? event.err?.message, event.reason, event.warning].filter(
    (fact): fact is string => typeof fact === "string" && fact !== "",
  );
  return facts.length === 0 ? shorten(line) : shorten(facts.join(": "));
}

/** One printable line of at most `longest` characters, without the frame that Prisma puts around a database's own words. */
export function shorten(text: string, longest = LONGEST): string {
  const oneLine = toPrintable(text.replaceAll(/\s+/g, " ").replaceAll(PRISMA_FRAME, "$1").trim());
  return oneLine.length <= longest ? oneLine : `${oneLine.slice(0, longest - 1)}…`;
}

function parseEvent(line: string): LogEvent | null {
  if (!line.startsWith("{")) return null;
  try {
    return JSON.parse(line) as LogEvent;
  } catch {
    return null;
  }
}

/** Of a crash, what says why: neither blank, nor a stack frame, nor Node's own frame around it. */
export function isTelling(line: string): boolean {
  return !/^\s*$|^\s+at |^\s*\^|^Node\.js v|^node:|^file:\/\/|triggerUncaughtException|^\(Use `node/.test(line);
}
