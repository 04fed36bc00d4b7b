import { addAbortSignal, Readable } from "node:stream";

import { messageOf } from "@drumline/core/errors";
import { parseJson } from "@drumline/core/text";

export interface AnswerBounds {
  /** From the headers to the last byte. */
  readonly deadlineMs: number;
  readonly maxBytes: number;
  /** Values of JSON in all: the SDK takes some microseconds for each, whatever they hold. Null for what is not JSON. */
  readonly maxValues: number | null;
}

/** Where it stands in a client's stack: next to the network, so that whatever reads an answer reads a bounded one. */
export const BOUND_ANSWER = { step: "deserialize", priority: "low", name: "boundAnswer" } as const;

/** The answer came, and the SDK is not given it. */
class AnswerOutOfBounds extends Error {
  /** As the SDK's own errors have it. */
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(problem: string, httpStatusCode: number, cause?: unknown) {
    super(problem, { cause });
    this.name = "AnswerOutOfBounds";
    this.$metadata = { httpStatusCode };
  }
}

/**
 * Middleware for an SDK client's step "deserialize": the SDK bounds neither the length of an answer nor, once its headers
 * are there, its time, and an answer of 7 MB of empty objects would hold the event loop for 30 s.
 */
export const boundAnswer =
  (bounds: AnswerBounds) =>
  <Args, Result extends { response: unknown }>(next: (args: Args) => Promise<Result>) =>
  async (args: Args): Promise<Result> => {
    const result = await next(args);
    const response = result.response as { statusCode: number; body?: unknown };
    if (response.body instanceof Readable)
      response.body = await readBounded(response.body, response.statusCode, bounds);
    return result;
  };

async function readBounded(body: Readable, status: number, { deadlineMs, maxBytes, maxValues }: AnswerBounds) {
  const deadline = AbortSignal.timeout(deadlineMs);
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of addAbortSignal(deadline, body)) {
      bytes += (part as Buffer).length;
      if (bytes > maxBytes) throw new AnswerOutOfBounds(`it is longer than ${maxBytes} bytes`, status);
      parts.push(part as Buffer);
    }
  } catch (error) {
    if (error instanceof AnswerOutOfBounds) throw error;
    const problem = deadline.aborted ? `it did not end within ${deadlineMs} ms` : `it broke off: ${messageOf(error)}`;
    throw new AnswerOutOfBounds(problem, status, error);
  }
  const whole = Buffer.concat(parts);
  if (maxValues !== null && bytes > 0) {
    try {
      parseJson(whole.toString("utf8"), { maxValues });
    } catch (error) {
      throw new AnswerOutOfBounds(messageOf(error), status, error);
    }
  }
  return whole;
}
