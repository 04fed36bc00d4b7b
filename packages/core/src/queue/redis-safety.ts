import type { Redis } from "ioredis";

import { DrumlineError } from "../errors/index.ts";

/** Redis may throw queued work away: production does not start on it. */
export class UnsafeRedis extends DrumlineError {
  constructor(message: string) {
    super(message, { code: "UNSAFE_REDIS" });
  }
}

export interface RedisFacts {
  readonly version: string;
  /** Null where the server forbids CONFIG (many managed ones do). */
  readonly evictionPolicy: string | null;
  readonly persistent: boolean;
}

export async function loadRedisFacts(redis: Redis): Promise<RedisFacts> {
  const info = await redis.info();
  const field = (name: string) => new RegExp(`^${name}:(.*)$`, "m").exec(info)?.[1]?.trim() ?? null;
  const saves = await readConfig(redis, "save");
  return {
    version: field("valkey_version") ?? field("redis_version") ?? "unknown",
    evictionPolicy: field("maxmemory_policy") ?? (await readConfig(redis, "maxmemory-policy")),
    persistent: field("aof_enabled") === "1" || (saves !== null && saves !== ""),
  };
}

/** The queue backend answers, but takes no writes: nothing can be queued, started or ended. */
export class QueueNotWritable extends DrumlineError {
  constructor(cause: string) {
    super(`The queue backend cannot be written to: ${cause}. ${cureOf(cause)}`, { code: "QUEUE_NOT_WRITABLE" });
  }
}

const cureOf = (cause: string): string => {
  if (cause.startsWith("READONLY"))
    return "It is a replica: let REDIS_URL lead to the primary; processes follow by themselves.";
  if (cause.startsWith("OOM")) return "Its memory is full: raise maxmemory.";
  if (cause.startsWith("MISCONF")) return "It cannot save to its disk: look at the space left there, and at its log.";
  if (cause.startsWith("NOPERM")) return "Give its user the rights that docs/operations.md lists.";
  return "Look at its log.";
};

/** A PING is answered by a replica and by a server whose memory or disk is full, too. Throws `QueueNotWritable`. */
export async function requireWritable(redis: Redis, key: string): Promise<void> {
  try {
    await redis.set(key, Date.now(), "EX", 60);
  } catch (error) {
    throw new QueueNotWritable((error as Error).message);
  }
}

async function readConfig(redis: Redis, name: string): Promise<string | null> {
  try {
    const [, value] = (await redis.config("GET", name)) as [string, string];
    return value ?? null;
  } catch {
    return null;
  }
}

/**
 * Warnings about a Redis that can lose work; in production an evicting one is refused (design, Databases).
 * @throws {UnsafeRedis}
 */
export function checkRedisSafety(facts: RedisFacts, { production }: { production: boolean }): string[] {
  const warnings: string[] = [];
  if (facts.evictionPolicy !== null && facts.evictionPolicy !== "noeviction") {
    const problem =
      `Redis evicts keys under memory pressure (maxmemory-policy is ${facts.evictionPolicy}), so queued runs can vanish. ` +
      "Expected noeviction. Cure: redis-cli CONFIG SET maxmemory-policy noeviction, and the same line in redis.conf.";
    if (production) throw new UnsafeRedis(problem);
    warnings.push(problem);
  }
  if (!facts.persistent) {
    warnings.push(
      "Redis keeps nothing on disk: after its restart the repair sweep must put every open run back on the queue. Cure: appendonly yes.",
    );
  }
  const [major = 0, minor = 0] = facts.version.split(".").map(Number);
  if (facts.version !== "unknown" && (major < 6 || (major === 6 && minor < 2))) {
    warnings.push(
      `Redis ${facts.version} is older than 6.2, the oldest that is tested. Cure: upgrade it, or use Valkey.`,
    );
  }
  return warnings;
}
