import { RUN_ORIGINS, RUN_STATUSES } from "./run-filter.ts";
import { TOKEN_NAMES } from "./run-tokens.ts";

/** What the store knows, to be suggested. */
export interface KnownNames {
  readonly tasks: readonly string[];
  readonly schedules: readonly string[];
  readonly queues: readonly string[];
}

export interface Suggestion {
  readonly label: string;
  /** The text of the bar once it is taken. */
  readonly text: string;
}

const MOST = 8;

/** What may follow the last word of the bar: a name of a filter, or after its colon a value. */
export function suggestTokens(text: string, known: KnownNames): Suggestion[] {
  const [, before = "", word = ""] = /^(.*?)(\S*)$/s.exec(text) ?? [];
  const colon = word.indexOf(":");
  if (colon === -1) {
    if (word === "") return [];
    return Object.entries(TOKEN_NAMES)
      .filter(([name]) => name.startsWith(word.toLowerCase()))
      .map(([name, example]) => {
        const token = name.endsWith(".") ? name : `${name}:`;
        return { label: `${token}${example}`, text: before + token };
      });
  }
  const [name, typed] = [word.slice(0, colon), word.slice(colon + 1).toLowerCase()];
  return valuesOf(name, known)
    .filter((value) => value.toLowerCase().includes(typed) && value.toLowerCase() !== typed)
    .slice(0, MOST)
    .map((value) => ({ label: `${name}:${value}`, text: `${before}${name}:${value} ` }));
}

function valuesOf(name: string, { tasks, schedules, queues }: KnownNames): readonly string[] {
  if (name === "status") return RUN_STATUSES.map((status) => status.toLowerCase());
  if (name === "origin") return RUN_ORIGINS.map((origin) => origin.toLowerCase());
  if (name === "late") return [">10s", ">60s", ">5m", ">1h"];
  if (name === "task") return tasks;
  if (name === "schedule") return schedules;
  return name === "queue" ? queues : [];
}
