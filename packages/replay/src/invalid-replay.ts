import { DrumlineError } from "@drumline/core/errors";

/** The replay was asked for in a way it cannot begin with, or was stopped before its end. */
export class InvalidReplay extends DrumlineError {
  constructor(message: string) {
    super(message, { code: "WRONG_USAGE" });
  }
}
