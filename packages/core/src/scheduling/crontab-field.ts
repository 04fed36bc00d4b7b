import { closestName } from "../errors/index.ts";
import type { CrontabFault } from "./invalid-schedule.ts";

export interface CrontabField {
  /** As written, upper case. */
  readonly text: string;
  /** Sorted, each once; Sunday is 0. */
  readonly values: readonly number[];
}

export interface FieldSpec {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names of the values from `min` on. */
  readonly names: readonly string[];
  /** The factors that turn a step of this field into seconds; null where no fixed interval exists. */
  readonly unitProduct: string | null;
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

export const MINUTE: FieldSpec = { name: "minute", min: 0, max: 59, names: [], unitProduct: "60*" };
export const HOUR: FieldSpec = { name: "hour", min: 0, max: 23, names: [], unitProduct: "60*60*" };
export const DAY_OF_MONTH: FieldSpec = { name: "day of month", min: 1, max: 31, names: [], unitProduct: "60*60*24*" };
export const MONTH: FieldSpec = { name: "month", min: 1, max: 12, names: MONTHS, unitProduct: null };
export const DAY_OF_WEEK: FieldSpec = {
  name: "day of week",
  min: 0,
  max: 6,
  names: WEEKDAYS,
  unitProduct: "60*60*24*",
};

/** Throws; `instead` is what to write, as five fields or as an interval, and `field` the one that is at fault. */
export type Refuse = (
  problem: string,
  instead?: { crontab?: string; interval?: string; field?: CrontabFault },
) => never;

/** One field of a crontab: `*`, numbers, names, ranges, steps and lists of these. */
export function parseField(spec: FieldSpec, raw: string, refuseCrontab: Refuse): CrontabField {
  const text = raw.toUpperCase();
  const field = faultOf(spec, text);
  const refuse: Refuse = (problem, instead = {}) => refuseCrontab(problem, { ...instead, field });
  const values = new Set<number>();
  for (const item of text.split(",")) {
    for (const value of parseItem(spec, item, text, refuse)) values.add(spec === DAY_OF_WEEK ? value % 7 : value);
  }
  return { text, values: [...values].sort((left, right) => left - right) };
}

/** What is said of a field that cannot be read: what stands there and what it may hold. */
export function faultOf(spec: FieldSpec, got: string, expected = expectedOf(spec)): CrontabFault {
  return { name: spec.name, got, expected };
}

/** How many values the field has: 60 minutes, 7 weekdays. */
export function sizeOf(spec: FieldSpec): number {
  return spec.max - spec.min + 1;
}

function parseItem(spec: FieldSpec, item: string, field: string, refuse: Refuse): number[] {
  const match = /^(?:(\*)|([A-Z0-9]+)(?:-([A-Z0-9]+))?)(?:\/(\d+))?$/.exec(item);
  if (match === null) return refuse(explainItem(spec, item, field));
  const [, star, firstText, lastText, stepText] = match;
  if (star === undefined && lastText === undefined && stepText !== undefined) {
    return refuse(
      `${spec.name} "${item}" has a step without a range; write ${firstText}-${spec.max}/${stepText} for "from ${firstText} on"`,
    );
  }
  const first = star === undefined ? parseValue(spec, firstText!, refuse) : spec.min;
  const last = star === undefined ? parseLast(spec, first, lastText ?? firstText!, refuse) : spec.max;
  if (first > last) return refuse(explainReversed(spec, item, first, last));
  const step = stepText === undefined ? 1 : Number(stepText);
  if (step === 0) refuse(`${spec.name} "${item}" has step 0; a step is 1 or more`);
  if (last - first >= sizeOf(spec) - 1 && step > last - first) refuseLongStep(spec, item, step, refuse);
  const values: number[] = [];
  for (let value = first; value <= last; value += step) values.push(value);
  return values;
}

/** `SUN` and `0` close the week where they end a range that starts after Sunday: `MON-SUN`. */
function parseLast(spec: FieldSpec, first: number, text: string, refuse: Refuse): number {
  const last = parseValue(spec, text, refuse);
  return spec === DAY_OF_WEEK && text === "SUN" && first > 0 ? 7 : last;
}

function parseValue(spec: FieldSpec, text: string, refuse: Refuse): number {
  const max = spec === DAY_OF_WEEK ? 7 : spec.max;
  if (/^\d+$/.test(text)) {
    const value = Number(text);
    if (value < spec.min || value > max) refuse(`${spec.name} "${text}" is outside ${spec.min}-${max}`);
    return value;
  }
  const index = spec.names.indexOf(text);
  if (index === -1) return refuse(explainItem(spec, text, text));
  return spec.min + index;
}

/** A step of 60 minutes is minute 0, as the guide has it; any other that hits once per round is a misunderstanding. */
function refuseLongStep(spec: FieldSpec, item: string, step: number, refuse: Refuse): void {
  if (spec === MINUTE && step === 60) return;
  const start = spec.names[0] ?? String(spec.min);
  const problem = `${spec.name} step "${item}" never hits twice: it would mean only ${spec.name} ${start}`;
  if (spec.unitProduct === null) refuse(`${problem}; name the ${spec.name}s instead`);
  refuse(`${problem}; use an interval instead`, { interval: `${spec.unitProduct}${step}` });
}

function explainReversed(spec: FieldSpec, item: string, first: number, last: number): string {
  const nameOf = (value: number) => spec.names[value - spec.min] ?? String(value);
  const tail = first === spec.max ? nameOf(first) : `${nameOf(first)}-${nameOf(spec.max)}`;
  const head = last === spec.min ? nameOf(last) : `${nameOf(spec.min)}-${nameOf(last)}`;
  return `${spec.name} "${item}" is a range that runs backwards; write ${tail},${head} in a crontab with blanks between the fields`;
}

function explainItem(spec: FieldSpec, item: string, field: string): string {
  const what = `${spec.name} "${item}"`;
  if (item === "") return `${spec.name} "${field}" has an empty list item; remove the extra comma`;
  if (item === "?") return `${what} is Quartz syntax; write * for "any"`;
  if (/^H\b/.test(item)) return `${what} is Jenkins syntax; write the ${spec.name} yourself`;
  if (item.includes("#")) return `${what} is not supported: there is no "nth weekday"; use day ranges such as 1-7`;
  if (spec === DAY_OF_MONTH && item.startsWith("L"))
    return `${what} is not supported: there is no "last day"; write 28, or 1 for the first day of the next month`;
  if (spec === DAY_OF_WEEK && /^(\d|[A-Z]{3})?L$/.test(item))
    return `${what} is not supported: there is no "last weekday of the month"; write the weekday alone`;
  if (spec === DAY_OF_MONTH && item.endsWith("W"))
    return `${what} is not supported: there is no "nearest working day"; write day of week MON-FRI`;
  if (/\/.*\//.test(item)) return `${what} has two steps; expected one, such as */5`;
  if (/\/-?\D*$|\/-/.test(item)) return `${what} has a step that is no positive whole number`;
  const known = spec.names.length === 0 ? null : closestName(item.slice(0, 3), spec.names);
  if (/^[A-Z]+$/.test(item) && known !== null) return `${what} is no name of ours; did you mean ${known}?`;
  return `${what} is not understood; expected ${expectedOf(spec)}`;
}

function expectedOf({ min, max, names }: FieldSpec): string {
  const named = names.length === 0 ? "" : ` or ${names[0]}-${names.at(-1)}`;
  return `*, ${min}-${max}${named}, ranges, steps and lists of these`;
}
