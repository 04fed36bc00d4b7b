import { Redis } from "ioredis";

import { DrumlineError, messageOf, withoutPassword } from "../errors/index.ts";

/** Redis did not answer when a process started: nothing can run, and a supervisor does better to start it again. */
export class QueueUnreachable extends DrumlineError {
  constructor(where: string, cause: unknown) {
    super(
      `The queue store at ${where} does not answer: ${messageOf(cause)}. Start it, or correct REDIS_URL (empty means the embedded one of "npm start").`,
      { code: "QUEUE_UNREACHABLE", cause },
    );
  }
}

const FIRST_ANSWER_WITHIN_MS = 5_000;

/**
 * A connection that BullMQ can share. It never gives up once it has worked: commands wait for the reconnect,
 * since a worker that stops asking is worse than one that waits. Throws `QueueUnreachable` when the first ping fails.
 */
export async function connectRedis(url: string): Promise<Redis> {
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    lazyConnect: true,
    retryStrategy: (attempt) => Math.min(attempt * 100, 2_000),
  });
  // Without a listener ioredis prints every reconnect; the process that owns the backend adds its own.
  redis.on("error", () => {});
  let giveUp: NodeJS.Timeout | undefined;
  try {
    await Promise.race([
      redis.connect().then(() => redis.ping()),
      new Promise((_, reject) => {
        giveUp = setTimeout(
          () => reject(new Error(`no answer within ${FIRST_ANSWER_WITHIN_MS} ms`)),
          FIRST_ANSWER_WITHIN_MS,
        );
      }),
    ]);
    return redis;
  } catch (error) {
    redis.disconnect();
    throw new QueueUnreachable(withoutPassword(url), error);
  } finally {
    clearTimeout(giveUp);
  }
}
