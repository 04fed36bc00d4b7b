import type { Schemas } from "../../client/api.ts";

type Run = Pick<Schemas["Run"], "status" | "error" | "reason" | "result" | "progress" | "problemCount">;

const MOST_COUNTS = 4;

/** What became of a run in a line: its error, why it did not run, how far it is, or what it counted. */
export function toOutcomeWords(run: Run): string {
  if (run.error !== null && run.status !== "FINISHED") return firstLine(run.error);
  if (run.reason !== null) return firstLine(run.reason);
  if (run.status === "PROCESSING") return toProgressWords(run.progress) ?? "";
  const counts = toCountWords(run.result);
  const problems = run.problemCount > 0 ? [`${run.problemCount} failed records`] : [];
  return [...problems, ...(counts === null ? [] : [counts])].join(" · ");
}

/** `planned 12 · held 3`, the counts of a result that are not nought; null where it holds none. */
export function toCountWords(result: unknown): string | null {
  if (typeof result !== "object" || result === null) return null;
  const numbers = Object.entries(result).filter(([, value]) => typeof value === "number");
  if (numbers.length === 0) return null;
  const counted = numbers.filter(([, value]) => value !== 0).slice(0, MOST_COUNTS);
  if (counted.length === 0) return "nothing to do";
  return counted.map(([name, value]) => `${toWords(name)} ${(value as number).toLocaleString("en")}`).join(" · ");
}

export interface Progress {
  readonly done: number;
  readonly total: number | null;
}

export function readProgress(progress: unknown): Progress | null {
  if (typeof progress !== "object" || progress === null || !("done" in progress)) return null;
  const { done, total } = progress as { done: unknown; total?: unknown };
  return typeof done === "number" ? { done, total: typeof total === "number" ? total : null } : null;
}

function toProgressWords(progress: unknown): string | null {
  const read = readProgress(progress);
  if (read === null) return null;
  const done = read.done.toLocaleString("en");
  return read.total === null ? `${done} records` : `${done} of ${read.total.toLocaleString("en")} records`;
}

/** `ordersPlanned` is `orders planned`. */
const toWords = (name: string): string =>
  name.replaceAll(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);

const firstLine = (text: string): string => text.split("\n", 1)[0] ?? "";

/** The last word of a wire name, which people call it by. */
export const shortTask = (task: string): string => task.split(".").at(-1) ?? task;
