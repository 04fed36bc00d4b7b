export interface DrumlineErrorOptions {
  /** Stable machine-readable code; never parse the message. */
  readonly code: string;
  readonly cause?: unknown;
}

/**
 * Root of every error this project throws on purpose. The message says what happened, where, what was got,
 * what was expected and how to cure it; callers decide by class or `code`.
 */
export class DrumlineError extends Error {
  readonly code: string;

  constructor(message: string, options: DrumlineErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = options.code;
  }
}
