import { pipeline, Readable, Transform } from "node:stream";

/** A page of 60 users with every attribute filled is below it. */
const MOST_BYTES = 8 * 1024 * 1024;

/** Where it stands in a client's stack: next to the network, so that whatever reads an answer reads a bounded one. */
export const BOUND_ANSWER = { step: "deserialize", priority: "low", name: "boundAnswer" } as const;

/**
 * Middleware for an SDK client's step "deserialize": the SDK bounds neither the length of an answer nor, once its headers
 * are there, its time. What is longer than 8 MiB or not there within the deadline ends as an error of its body.
 */
export const boundAnswer =
  (deadlineMs: number) =>
  <Args, Result extends { response: unknown }>(next: (args: Args) => Promise<Result>) =>
  async (args: Args): Promise<Result> => {
    const result = await next(args);
    const response = result.response as { body?: unknown };
    if (response.body instanceof Readable) response.body = bounded(response.body, deadlineMs);
    return result;
  };

function bounded(body: Readable, deadlineMs: number): Readable {
  let bytes = 0;
  const counted = new Transform({
    transform(piece: Uint8Array, _encoding, done) {
      bytes += piece.length;
      if (bytes > MOST_BYTES) done(new Error(`it is longer than ${MOST_BYTES} bytes`));
      else done(null, piece);
    },
  });
  const timer = setTimeout(() => counted.destroy(new Error(`it did not end within ${deadlineMs} ms`)), deadlineMs);
  // The reader hears of whatever goes wrong, and ending either ends the other.
  pipeline(body, counted, () => clearTimeout(timer));
  return counted;
}
