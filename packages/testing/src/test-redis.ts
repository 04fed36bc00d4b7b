import { Redis } from "ioredis";
import { readTestDatabases } from "./databases/test-databases.ts";

export interface TestRedis {
  /** Names a numbered database that is ours alone. */
  readonly url: string;
  close(): Promise<void>;
}

const CLAIM = "drumline-test:database:";
const CLAIM_SECONDS = 3600;

/** Whether suites that need Redis can run here (not with TEST_QUEUE=postgres); CI sets REQUIRE_REDIS=1 and fails where they cannot. */
export function redisIsThere(): boolean {
  return readTestDatabases().redisUrl !== null;
}

/** An empty Redis database of its own, or null where this run has no Redis. */
export async function testRedis(): Promise<TestRedis | null> {
  const { redisUrl } = readTestDatabases();
  if (redisUrl === null) return null;
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: 1 });
  try {
    const number = await claimDatabase(redis);
    const url = new URL(redisUrl);
    url.pathname = `/${number}`;
    return { url: url.href, close: () => giveBack(redis, number) };
  } catch (error) {
    redis.disconnect();
    throw error;
  }
}

/** Database 0 holds the claims, so that runs which share a server do not meet. */
async function claimDatabase(redis: Redis): Promise<number> {
  const [, count] = (await redis.config("GET", "databases")) as [string, string];
  for (let number = 1; number < Number(count); number += 1) {
    if ((await redis.set(CLAIM + number, process.pid, "EX", CLAIM_SECONDS, "NX")) === null) continue;
    await redis.select(number);
    await redis.flushdb();
    return number;
  }
  throw new Error(
    `all ${count} databases of the test Redis are in use: close what testRedis() gave, or give the server more`,
  );
}

async function giveBack(redis: Redis, number: number): Promise<void> {
  await redis.flushdb();
  await redis.select(0);
  await redis.del(CLAIM + number);
  await redis.quit();
}
