import { DrumlineError } from "@drumline/core/errors";
import { toStorableText } from "@drumline/core/text";

const MOST_MESSAGE_CODE_POINTS = 500;

/** An expression that is no JSONata: nothing can be exchanged until somebody corrects it. */
export class BadMapping extends DrumlineError {
  /** Characters up to and with the word at fault, as JSONata counts them; null where none is. */
  readonly position: number | null;

  constructor(problem: string, position: number | null = null) {
    super(
      `the mapping is not valid JSONata: ${toStorableText(problem, MOST_MESSAGE_CODE_POINTS)}${toPlace(position)}`,
      {
        code: "BAD_MAPPING",
      },
    );
    this.position = position;
  }
}

/** A record that the mapping made nothing of. */
export class RecordNotMapped extends DrumlineError {
  /** The expression had to be ended: it took too long or too much memory. */
  readonly isRunaway: boolean;
  /** In the expression, as of `BadMapping`; null where nobody knows. */
  readonly position: number | null;

  constructor(
    why: string,
    { isRunaway = false, position = null }: { readonly isRunaway?: boolean; readonly position?: number | null } = {},
  ) {
    super(`the mapping failed: ${toStorableText(why, MOST_MESSAGE_CODE_POINTS)}${toPlace(position)}`, {
      code: "RECORD_NOT_MAPPED",
    });
    this.isRunaway = isRunaway;
    this.position = position;
  }
}

const toPlace = (position: number | null): string => (position === null ? "" : ` (at ${position})`);

/** The processes that evaluate mappings cannot be started, or have been closed: no record is to blame. */
export class MappingRunnerFailed extends DrumlineError {
  constructor(why: string, cause?: unknown) {
    super(`mappings cannot be evaluated: ${toStorableText(why, MOST_MESSAGE_CODE_POINTS)}`, {
      code: "MAPPING_RUNNER_FAILED",
      cause,
    });
  }
}
