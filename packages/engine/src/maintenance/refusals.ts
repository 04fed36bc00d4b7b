import { DrumlineError } from "@drumline/core/errors";

import type { FieldProblem } from "../schedules/refusals.ts";

/** A window that cannot be: everything that is wrong with it, at once. */
export class RefusedWindow extends DrumlineError {
  readonly problems: readonly FieldProblem[];

  constructor(problems: readonly FieldProblem[]) {
    super(problems.map(({ where, problem }) => `${where}: ${problem}`).join("\n"), { code: "REFUSED_WINDOW" });
    this.problems = problems;
  }
}

/** No maintenance window has this id. */
export class NoSuchWindow extends DrumlineError {
  constructor(id: string) {
    super(`There is no maintenance window ${id}.`, { code: "NO_SUCH_WINDOW" });
  }
}

/** What was asked for does not fit the window's state: it is closed, or nothing of it is in force. */
export class WindowNotOpen extends DrumlineError {
  constructor(problem: string) {
    super(problem, { code: "WINDOW_NOT_OPEN" });
  }
}

/** Somebody else changed it since the caller looked. */
export class WindowChanged extends DrumlineError {
  readonly currentVersion: number;

  constructor(id: string, askedVersion: number, currentVersion: number) {
    super(
      `The maintenance window ${id} is at version ${currentVersion}, and the change was meant for version ${askedVersion}; read it again, then repeat the change with version ${currentVersion}.`,
      { code: "WINDOW_CHANGED" },
    );
    this.currentVersion = currentVersion;
  }
}
