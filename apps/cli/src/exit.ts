import { DrumlineError } from "@drumline/core/errors";

export const ExitCode = {
  fine: 0,
  foundProblems: 1,
  wrongUsage: 2,
  notReachable: 3,
  refused: 4,
  interrupted: 130,
} as const;

/** The command was given something it cannot work with; exit code 2. */
export class WrongUsage extends DrumlineError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, { code: "WRONG_USAGE", ...options });
  }
}

/** What was asked for is understood and not allowed as things are; exit code 4. */
export class Refused extends DrumlineError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, { code: "REFUSED", ...options });
  }
}

/** The command has said all it had to say and ends with this exit code. */
export class Finished extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`finished with exit code ${exitCode}`);
    this.exitCode = exitCode;
  }
}
