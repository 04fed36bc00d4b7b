import {
  DAY_OF_MONTH,
  DAY_OF_WEEK,
  HOUR,
  MINUTE,
  MONTH,
  faultOf,
  parseField,
  type CrontabField,
  type Refuse,
} from "./crontab-field.ts";
import { exampleLine, InvalidSchedule, siblingKey } from "./invalid-schedule.ts";

/** A crontab that was read and can fire; only `parseCrontab` makes one. */
export interface Crontab {
  /** Five standard fields, one blank between them. */
  readonly text: string;
  readonly minute: CrontabField;
  readonly hour: CrontabField;
  readonly dayOfMonth: CrontabField;
  readonly month: CrontabField;
  readonly dayOfWeek: CrontabField;
}

const GUIDE_EXAMPLE = "0,3,*,*,*";
const FIELD_ORDER = "minute, hour, day of month, month, day of week";
const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const ALIASES: Readonly<Record<string, string>> = {
  "@hourly": "0 * * * *",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@weekly": "0 0 * * 0",
  "@monthly": "0 0 1 * *",
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
};

/**
 * Reads the OMS guide's five comma-separated fields (`0,3,*,*,*`) or, where blanks stand between the fields, a
 * standard crontab, in which lists are possible (`0,30 3 * * *`). Throws `InvalidSchedule`.
 */
export function parseCrontab(raw: string, source: string): Crontab {
  const value = raw.trim();
  const refuse: Refuse = (problem, instead = {}) => {
    const example =
      instead.interval === undefined
        ? exampleLine(source, instead.crontab ?? GUIDE_EXAMPLE)
        : exampleLine(siblingKey(source, "_SCHEDULE"), instead.interval);
    throw new InvalidSchedule({ source, value, problem, example, field: instead.field ?? null });
  };
  const fields = splitFields(value, refuse);
  const [minute, hour, dayOfMonth, month, dayOfWeek] = fields as [string, string, string, string, string];
  const crontab = {
    text: fields.join(" ").toUpperCase(),
    minute: parseField(MINUTE, minute, refuse),
    hour: parseField(HOUR, hour, refuse),
    dayOfMonth: parseField(DAY_OF_MONTH, dayOfMonth, refuse),
    month: parseField(MONTH, month, refuse),
    dayOfWeek: parseField(DAY_OF_WEEK, dayOfWeek, refuse),
  };
  if (!everFires(crontab)) {
    const longest = Math.max(...crontab.month.values.map((number) => DAYS_IN_MONTH[number - 1]!));
    const field = faultOf(DAY_OF_MONTH, crontab.dayOfMonth.text, `1-${longest} in month ${crontab.month.text}`);
    refuse(`never fires: month ${crontab.month.text} has no day ${crontab.dayOfMonth.text}`, { field });
  }
  return crontab;
}

/** Both day fields are restricted: either may match (POSIX, crontab.guru; design, Scheduling rules 2). */
export function eitherDayMatches({ dayOfMonth, dayOfWeek }: Crontab): boolean {
  return dayOfMonth.text !== "*" && dayOfWeek.text !== "*";
}

/**
 * A comma that touches a blank can only be the guide's separator, typed with sloppy blanks (`0, 3, *, *, *`);
 * other blanks separate standard fields; without any blank every comma separates fields, so lists are impossible.
 */
function splitFields(value: string, refuse: Refuse): string[] {
  const byCommas = /,\s|\s,/.test(value) || !/\s/.test(value);
  const fields = value.split(byCommas ? /\s*,\s*/ : /\s+/);
  if (fields.length !== 5 || fields.some((field) => /\s/.test(field))) refuseFields(value, fields, byCommas, refuse);
  return fields;
}

function refuseFields(value: string, fields: string[], byCommas: boolean, refuse: Refuse): never {
  const [first = "", ...rest] = fields;
  if (value === "") refuse(`is empty; expected five fields: ${FIELD_ORDER}`);
  if (value.startsWith("@")) {
    const crontab = ALIASES[value.toLowerCase()];
    if (crontab === undefined) refuse(`"${value}" is no crontab; expected five fields: ${FIELD_ORDER}`);
    refuse(`"${value}" is a shorthand that is not supported; write the five fields`, { crontab });
  }
  if (/^\d+(\s*\*\s*\d+)*$/.test(value)) {
    refuse(`is an interval in seconds, not a crontab; a crontab has five fields: ${FIELD_ORDER}`, { interval: value });
  }
  if (byCommas && fields.some((field) => /\s/.test(field))) {
    refuse("mixes commas and blanks between the fields; use one of the two, and no blank inside a list", {
      crontab: "0,30 3 * * *",
    });
  }
  if (!byCommas && fields.length === 6) {
    refuse(`has six fields; there is no field for seconds: ${FIELD_ORDER}`, { crontab: rest.join(" ") });
  }
  const problem = `has ${fields.length === 1 ? "1 field" : `${fields.length} fields`}; expected five: ${FIELD_ORDER}`;
  if (byCommas && fields.length > 5) {
    refuse(`${problem} (commas separate fields here; a list needs blanks between the fields)`, {
      crontab: /^\d+$/.test(first) ? `${first},30 3 * * *` : "0,30 3 * * *",
    });
  }
  return refuse(problem);
}

function everFires(crontab: Crontab): boolean {
  if (crontab.dayOfWeek.text !== "*") return true;
  return crontab.month.values.some((month) => crontab.dayOfMonth.values[0]! <= DAYS_IN_MONTH[month - 1]!);
}
