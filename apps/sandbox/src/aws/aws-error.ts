import { DrumlineError } from "@drumline/core/errors";

/** What an AWS service answers when it says no; each service writes it in its own protocol. */
export class AwsError extends DrumlineError {
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message, { code });
    this.status = status;
  }
}

export const invalidParameter = (message: string): AwsError => new AwsError("InvalidParameterException", message);
