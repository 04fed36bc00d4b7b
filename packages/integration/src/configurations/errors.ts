import { DrumlineError } from "@drumline/core/errors";

export type Kind = "incoming" | "outgoing" | "transformer" | "route";

export class NoSuchConfiguration extends DrumlineError {
  constructor(kind: Kind, identifier: string) {
    super(`There is no ${kind} "${identifier}".`, { code: "NO_SUCH_CONFIGURATION" });
  }
}

/** Somebody else changed it meanwhile. */
export class ConfigurationChanged extends DrumlineError {
  readonly currentVersion: number;

  constructor(kind: Kind, identifier: string, currentVersion: number) {
    super(`The ${kind} "${identifier}" was changed meanwhile: read it again, and change what is there now.`, {
      code: "CONFIGURATION_CHANGED",
    });
    this.currentVersion = currentVersion;
  }
}

/** What refers to it would be left without. */
export class ConfigurationInUse extends DrumlineError {
  constructor(kind: Kind, identifier: string, routes: readonly string[]) {
    super(`The ${kind} "${identifier}" is used by ${routes.join(", ")}; change or delete these first.`, {
      code: "CONFIGURATION_IN_USE",
    });
  }
}

/** `where` is the field, `position` that of the character at fault in it. */
interface FieldProblem {
  readonly where: string;
  readonly problem: string;
  readonly position?: number;
}

/** What was asked for is well formed and cannot be kept: everything that is wrong with it, by field. */
export class ConfigurationRefused extends DrumlineError {
  readonly problems: readonly FieldProblem[];

  constructor(...problems: FieldProblem[]) {
    super(problems.map(({ problem }) => problem).join(" "), { code: "CONFIGURATION_REFUSED" });
    this.problems = problems;
  }
}
