import { fileURLToPath } from "node:url";

/** The project's own folder, as errors of the system and of libraries name it. */
const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));

/** A URL of a database as it may be shown: where it leads, never user, password or query. Any text; never throws. */
export function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return "an address that is not a URL (special characters in a password are percent-encoded)";
  const { protocol, host, pathname, searchParams } = new URL(url);
  // PostgreSQL's own way to name a socket, or any other host.
  return `${protocol}//${host === "" ? (searchParams.get("host") ?? "") : host}${pathname}`;
}

/** What the text of a URL may not hold when it is read by eye: as far as a space or a quote. */
const URL_IN_TEXT = /\b([a-z][a-z0-9+.-]*:\/\/)([^\s"'`<>]+)/gi;
/** Parameters by which drivers and services take a password. */
const SECRET_PARAMETER = /([?&;](?:[a-z_-]*(?:password|passwd|secret|token|api_?key|signature))=)[^&;\s"'`<>]*/gi;

/**
 * Takes user and password out of every URL in a text, and what its query calls a secret. What stands before the last @
 * is hidden where it can be a login, spelled rightly or not: rather a piece of a path less than a piece of a password.
 */
export function hideCredentials(text: string): string {
  if (!text.includes("://") && !text.includes("=")) return text;
  return text
    .replace(URL_IN_TEXT, (_whole, scheme: string, rest: string) => scheme + withoutLogin(rest))
    .replace(SECRET_PARAMETER, "$1***");
}

function withoutLogin(rest: string): string {
  const at = rest.lastIndexOf("@");
  if (at === -1) return rest;
  const authority = /^[^/?#]*/.exec(rest)![0];
  // A host with or without a port, and the @ in its path: the address of a mail, a package's scope.
  if (/^([\w.-]+|\[[\da-f:.]+\])(:\d*)?$/i.test(authority)) return rest;
  return `***@${rest.slice(at + 1)}`;
}

/** Folders of a machine are nobody's business who reads a run: what is below the project's folder is named from there. */
const ELSEWHERE =
  /(?<![\w/:.@-])\/(?:home|root|Users|usr|opt|var|tmp|srv|etc|mnt|data)\/(?:[^\s"'`:,()]+\/)?([^\s"'`:,()/]+)/g;

/** Names files without the folders of this machine. */
export function shortenPaths(text: string): string {
  if (!text.includes("/")) return text;
  return text.replaceAll(`file://${ROOT}`, "").replaceAll(ROOT, "").replace(ELSEWHERE, "…/$1");
}

const PRISMA_CALL = /^\s*Invalid `[^`]*` invocation(?: in\n[^\n]+:\d+:\d+)?:?\s*/;
const PRISMA_RAW = /^Raw query failed\. Code: `([^`]*)`\. Message: `([\s\S]*)`\s*$/;

/**
 * What the database said, without what Prisma puts around it: its call, the file and source lines of ours that made it,
 * and the values it was given.
 */
export function withoutPrismaFrame(message: string): string {
  if (!PRISMA_CALL.test(message)) return message;
  const said = message.replace(PRISMA_CALL, "").trim();
  const raw = PRISMA_RAW.exec(said);
  if (raw !== null) return /^[0-9A-Z]{5}$/.test(raw[1]!) ? `${raw[2]} (SQLSTATE ${raw[1]})` : raw[2]!;
  const lines = said.split("\n");
  // Source lines are numbered, values are indented or in braces; the reason comes last, flush left.
  const firstOfReason = lines.findLastIndex((line) => line === "" || /^\s|^[{}]|^→|^\d+ /.test(line)) + 1;
  return lines.slice(firstOfReason).join(" ") || "the database client refused the call";
}
