import { Queue, Worker } from "bullmq";

import { withoutPassword } from "../errors/index.ts";
import { MAX_STALLED_COUNT, type QueueBackend, type QueueBackendOptions } from "./backend.ts";
import { addMarker } from "./bullmq-internals.ts";
import { connectRedis } from "./connection.ts";
import { checkRedisSafety, loadRedisFacts, requireWritable } from "./redis-safety.ts";

export async function openRedisBackend(url: string, options: QueueBackendOptions): Promise<QueueBackend> {
  const { prefix, production, nextTick, onError } = options;
  const redis = await connectRedis(url);
  let lastTrouble: Error | null = null;
  redis.on("error", (error: Error) => {
    lastTrouble = error;
    onError(error, "redis");
  });
  redis.on("ready", () => void (lastTrouble = null));
  const warnings = checkRedisSafety(await loadRedisFacts(redis), { production });
  const settings = { repeatStrategy: nextTick };
  const queues = new Map<string, Queue>();

  const openQueue = (name: string): Queue => {
    const queue = new Queue(name, { connection: redis, prefix, settings });
    queue.on("error", (error) => onError(error, `queue ${name}`));
    queues.set(name, queue);
    return queue;
  };

  return {
    kind: "redis",
    address: withoutPassword(url),
    warnings,
    queue: (name) => queues.get(name) ?? openQueue(name),
    worker: (name, work, { concurrency, lockMs }) => {
      const worker = new Worker(name, work, {
        connection: redis,
        prefix,
        settings,
        concurrency,
        lockDuration: lockMs,
        stalledInterval: lockMs,
        maxStalledCount: MAX_STALLED_COUNT,
        runRetryDelay: 1_000,
      });
      worker.on("error", (error) => onError(error, `worker ${name}`));
      return worker;
    },
    wake: (queueName) => addMarker(redis, prefix, queueName),
    ping: async () => {
      // Why it is away, instead of a wait for the reconnect.
      if (lastTrouble !== null && redis.status !== "ready") throw lastTrouble;
      await requireWritable(redis, `${prefix}:writable`);
    },
    close: async () => {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      redis.disconnect();
    },
  };
}
