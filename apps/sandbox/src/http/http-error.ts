import { DrumlineError } from "@drumline/core/errors";

/** Answers with a status and a message that says what is wrong with the request, and how to put it right. */
export class HttpError extends DrumlineError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    { code, message, headers = {} }: { code: string; message: string; headers?: Record<string, string> },
  ) {
    super(message, { code });
    this.status = status;
    this.headers = headers;
  }
}

export function badRequest(message: string): HttpError {
  return new HttpError(400, { code: "BAD_REQUEST", message });
}
