import { runProcess } from "@drumline/core/process";
import { Worker } from "bullmq";
import { Redis } from "ioredis";

await runProcess("bare worker", async () => {
  const connection = new Redis(process.env["REDIS_URL"]!, { maxRetriesPerRequest: null });
  const worker = new Worker("bare", async () => null, {
    connection,
    prefix: "bench",
    concurrency: Number(process.argv[2] ?? 50),
  });
  await worker.waitUntilReady();
  return { stop: () => worker.close().then(() => connection.disconnect()) };
});
