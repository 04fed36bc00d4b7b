import { Redis, type RedisOptions } from "ioredis";

import { DrumlineError, messageOf, withoutPassword } from "../errors/index.ts";
import { toSentinelOptions } from "./sentinel-url.ts";

/** Redis did not answer when a process started: nothing can run, and a supervisor does better to start it again. */
export class QueueUnreachable extends DrumlineError {
  constructor(where: string, cause: unknown) {
    super(
      `The queue backend at ${where} does not answer: ${messageOf(cause)}. Start it, or correct REDIS_URL (empty means the embedded one of "npm start").`,
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
  const redis = openRedis(url);
  let lastTrouble: Error | null = null;
  // Without a listener ioredis prints every reconnect; the process that owns the backend adds its own.
  redis.on("error", (error: Error) => void (lastTrouble = error));
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
    // A refused certificate or login ends the connection, and its end is all that the command itself hears of.
    throw new QueueUnreachable(withoutPassword(url), lastTrouble ?? error);
  } finally {
    clearTimeout(giveUp);
  }
}

/** Connects when it is told to. */
function openRedis(url: string): Redis {
  const options: RedisOptions = {
    maxRetriesPerRequest: null,
    lazyConnect: true,
    retryStrategy: (attempt) => Math.min(attempt * 100, 2_000),
    reconnectOnError: (error) => isCuredByReconnect(error),
  };
  const sentinel = toSentinelOptions(url);
  return sentinel === null ? new Redis(url, options) : new Redis({ ...sentinel, ...options });
}

/**
 * What a server says that has become a replica, or is not ready to serve, while the address leads elsewhere by now: after
 * a failover that keeps connections open, the old one fails for ever. The command itself fails and is tried again by who
 * sent it: resent alone, a part of a MULTI would be done without the rest.
 */
function isCuredByReconnect({ message }: Error): boolean {
  return /\b(READONLY|LOADING|UNBLOCKED|MASTERDOWN)\b/.test(message);
}
