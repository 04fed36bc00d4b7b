import type { ConfigProblem } from "../config/index.ts";
import { DrumlineError } from "../errors/index.ts";

export interface ScheduleProblem {
  /** Where the value came from: an env key, a column, a command line argument. */
  readonly source: string;
  readonly value: string;
  readonly problem: string;
  /** A whole line that would be right, such as `OMNITRON_ORDERS_CRONTAB=0,3,*,*,*`. */
  readonly example: string;
  /** Which of a crontab's five fields is at fault; null where it is none of them alone. */
  readonly field?: CrontabFault | null;
}

/** One field of a crontab that cannot be read, for a form to show beside it. */
export interface CrontabFault {
  /** `minute`, `hour`, `day of month`, `month` or `day of week`. */
  readonly name: string;
  /** Upper case. */
  readonly got: string;
  /** What the field may hold: `*, 0-59, ranges, steps and lists of these`. */
  readonly expected: string;
}

/** A time, interval or time zone that cannot be a schedule; says where it was found and what to write instead. */
export class InvalidSchedule extends DrumlineError implements ScheduleProblem {
  readonly source: string;
  readonly value: string;
  readonly problem: string;
  readonly example: string;
  readonly field: CrontabFault | null;

  constructor({ source, value, problem, example, field = null }: ScheduleProblem) {
    super(`${source}=${value}: ${problem}; for example: ${example}`, { code: "INVALID_SCHEDULE" });
    this.source = source;
    this.value = value;
    this.problem = problem;
    this.example = example;
    this.field = field;
  }

  toProblem(): ConfigProblem {
    return { key: this.source, value: this.value, problem: this.problem, example: this.example };
  }
}

/** `KEY=value` where the source is an env key, the bare value elsewhere. */
export function exampleLine(source: string, value: string): string {
  return /^[A-Z][A-Z0-9_]*$/.test(source) ? `${source}=${value}` : value;
}

/** The env key beside `source` that holds the other kind of timing: `X_CRONTAB` and `X_SCHEDULE`. */
export function siblingKey(source: string, suffix: "_CRONTAB" | "_SCHEDULE"): string {
  return source.replace(/_(CRONTAB|SCHEDULE)$/, suffix);
}
