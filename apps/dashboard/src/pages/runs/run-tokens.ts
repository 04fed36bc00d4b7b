import { durationText, parseDurationMs } from "./duration-text.ts";
import { RUN_ORIGINS, RUN_STATUSES, type RunFilter } from "./run-filter.ts";

/** What the filter bar takes, and what stands wrong in it. */
export interface ReadTokens {
  readonly filter: Omit<RunFilter, "from" | "to">;
  readonly problems: readonly string[];
}

/** The words before a colon, with an example of each for the suggestions. */
export const TOKEN_NAMES = {
  status: "failed",
  task: "oms.orders.tasks.get_orders_from_omnitron",
  schedule: "get-omnitron-orders-cron",
  error: '"Carrier 503"',
  late: ">60s",
  queue: "oms",
  origin: "manual",
  "args.": "platform:EU",
} as const;

/** `name:value`, `name:"a value"` and words, in the order they stand. */
const TOKEN = /(?:([A-Za-z][\w.-]*):)?(?:"((?:[^"\\]|\\.)*)"?|(\S+))/g;

/** Reads `status:failed task:… late:>60s error:"503" args.key:…`; other words are looked for in names, ids and errors. */
export function parseRunTokens(text: string): ReadTokens {
  const filter: Record<string, unknown> = {};
  const problems: string[] = [];
  const words: string[] = [];
  for (const { 1: name, 2: quoted, 3: plain } of text.matchAll(TOKEN)) {
    const value = quoted === undefined ? (plain ?? "") : quoted.replaceAll(/\\(.)/g, "$1");
    if (name === undefined) words.push(value);
    else readToken(name, value, filter, problems);
  }
  if (words.length > 0) filter["q"] = words.join(" ");
  return { filter, problems };
}

function readToken(name: string, value: string, filter: Record<string, unknown>, problems: string[]): void {
  if (name === "status" || name === "origin") {
    const known: readonly string[] = name === "status" ? RUN_STATUSES : RUN_ORIGINS;
    const asked = value.split(",").map((word) => word.trim().toUpperCase().replaceAll(/[- ]/g, "_"));
    const wrong = asked.filter((word) => !known.includes(word));
    if (wrong.length > 0)
      problems.push(`${name}:${wrong[0]!.toLowerCase()} is no ${name}; it is one of ${known.join(", ").toLowerCase()}`);
    else filter[name] = known.filter((word) => asked.includes(word));
  } else if (name === "late") {
    const lateOverMs = parseDurationMs(value.replace(/^>/, ""));
    if (lateOverMs === null) problems.push(`late:${value} is no duration; write late:>60s, late:>5m or late:>1h`);
    else filter["lateOverMs"] = lateOverMs;
  } else if (["task", "schedule", "queue", "error", "fingerprint"].includes(name)) filter[name] = value;
  else if (name.startsWith("args.") && name.length > "args.".length) {
    if (filter["args"] === undefined) filter["args"] = { path: name.slice("args.".length), value };
    else problems.push(`${name}: one argument can be looked for at a time`);
  } else problems.push(`there is no filter ${name}:; there are ${Object.keys(TOKEN_NAMES).join(", ")}`);
}

/** One chip of the bar: its text, and the filter without it. */
export interface Chip {
  readonly text: string;
  readonly without: RunFilter;
}

export function toChips(filter: RunFilter): Chip[] {
  const chips: Chip[] = [];
  const { status, origin, args, lateOverMs, q, from: _from, to: _to, ...texts } = filter;
  const add = (name: keyof RunFilter, text: string) => {
    const { [name]: _removed, ...without } = filter;
    chips.push({ text, without });
  };
  if (status !== undefined) add("status", `status:${status.join(",").toLowerCase()}`);
  if (origin !== undefined) add("origin", `origin:${origin.join(",").toLowerCase()}`);
  for (const [name, value] of Object.entries(texts)) add(name as keyof RunFilter, `${name}:${quote(value)}`);
  if (lateOverMs !== undefined) add("lateOverMs", `late:>${durationText(lateOverMs)}`);
  if (args !== undefined) add("args", `args.${args.path}:${quote(args.value)}`);
  if (q !== undefined) add("q", quoteWords(q));
  return chips;
}

/** The filter as a person would type it. */
export const formatRunTokens = (filter: RunFilter): string =>
  toChips(filter)
    .map(({ text }) => text)
    .join(" ");

const quote = (value: string): string => (/^[^\s"\\]+$/.test(value) ? value : inQuotes(value));

/** Words stay words, unless one would be read as a filter. */
const quoteWords = (words: string): string => (/[:"\\]/.test(words) ? inQuotes(words) : words);

const inQuotes = (value: string): string => `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
