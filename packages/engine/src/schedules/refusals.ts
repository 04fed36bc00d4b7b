import { DrumlineError } from "@drumline/core/errors";
import { type CrontabFault, InvalidSchedule } from "@drumline/core/scheduling";

/** What is wrong with one field of a schedule. */
export interface FieldProblem {
  /** The field, such as `crontab` or `args.months`. */
  readonly where: string;
  readonly problem: string;
  /** Of a crontab, the field at fault: what it got and what it may hold. */
  readonly field?: CrontabFault | undefined;
}

/** Null, and one problem more, where it cannot be read. */
export function readField<Value>(where: string, problems: FieldProblem[], parse: () => Value): Value | null {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof InvalidSchedule)) throw error;
    problems.push({ where, problem: error.message, field: error.field ?? undefined });
    return null;
  }
}

/** A schedule that cannot be: everything that is wrong with it, at once. */
export class RefusedSchedule extends DrumlineError {
  readonly problems: readonly FieldProblem[];
  /** When the task is what is wrong: what could have been meant. */
  readonly unknownTask: { readonly didYouMean: string | null; readonly implementedTasks: readonly string[] } | null;

  constructor(problems: readonly FieldProblem[], unknownTask: RefusedSchedule["unknownTask"] = null) {
    super(problems.map(({ where, problem }) => `${where}: ${problem}`).join("\n"), { code: "REFUSED_SCHEDULE" });
    this.problems = problems;
    this.unknownTask = unknownTask;
  }
}

/** No schedule has this id or key, or it is deleted. */
export class NoSuchSchedule extends DrumlineError {
  constructor(idOrKey: string, deletedAt: Date | null) {
    super(
      deletedAt === null
        ? `There is no schedule ${idOrKey}.`
        : `The schedule ${idOrKey} was deleted at ${deletedAt.toISOString()}; its runs are kept, and its key is free.`,
      { code: "NO_SUCH_SCHEDULE" },
    );
  }
}

/** The key is taken by a schedule that is not deleted. */
export class ScheduleExists extends DrumlineError {
  constructor(key: string) {
    super(`There is a schedule with the key ${key} already; change that one, or choose another key.`, {
      code: "SCHEDULE_EXISTS",
    });
  }
}

/** Somebody else changed it since the caller looked. */
export class ScheduleChanged extends DrumlineError {
  readonly currentVersion: number;

  constructor(key: string, askedVersion: number, currentVersion: number) {
    super(
      `The schedule ${key} is at version ${currentVersion}, and the change was meant for version ${askedVersion}; read it again, then repeat the change with version ${currentVersion}.`,
      { code: "SCHEDULE_CHANGED" },
    );
    this.currentVersion = currentVersion;
  }
}

/** What env keys say is changed by env keys alone. */
export class ReadOnlySchedule extends DrumlineError {
  constructor(key: string) {
    super(
      `The schedule ${key} comes from env keys, so it can be run and paused here, not changed; change its keys (docs/tasks.md lists them) and restart beat.`,
      { code: "READ_ONLY_SCHEDULE" },
    );
  }
}
