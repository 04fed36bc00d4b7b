import { DrumlineError } from "../errors/index.ts";

/** One thing wrong with the configuration: which key, what it holds, why that cannot stand, and a right example. */
export interface ConfigProblem {
  readonly key: string;
  /** As found, already masked when the key is a secret; null when the key is missing. */
  readonly value: string | null;
  readonly problem: string;
  /** A line that would be right, such as `OMNITRON_ORDERS_CRONTAB=0,3,*,*,*`. */
  readonly example?: string;
}

/** Every configuration problem at once, so that one restart is enough to cure them. */
export class InvalidConfiguration extends DrumlineError {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const count = problems.length === 1 ? "1 configuration problem" : `${problems.length} configuration problems`;
    super([`${count}:`, ...problems.map(formatProblem)].join("\n"), { code: "INVALID_CONFIGURATION" });
    this.problems = problems;
  }
}

export function formatProblem({ key, value, problem, example }: ConfigProblem): string {
  const found = value === null ? key : `${key}=${value}`;
  return `  ${found}\n    ${problem}${example === undefined ? "" : `\n    for example: ${example}`}`;
}
