/**
 * The process that holds a jest run's stores. It lives in a process group of its own and ends when its standard input
 * does: however jest ends, kill -9 included, the stores end after it.
 */
import { messageOf } from "@drumline/core/errors";
import { startTestStores } from "./start-test-stores.ts";

const askedToEnd = new Promise<void>((resolve) => {
  process.stdin.resume().once("end", resolve).once("error", resolve);
  process.once("SIGTERM", () => resolve());
});
// The reader of our answer may be gone by then.
process.stdout.on("error", () => {});

try {
  const { stores, stop } = await startTestStores({
    databaseUrl: process.env["TEST_DATABASE_URL"] || undefined,
    redisUrl: process.env["TEST_REDIS_URL"] || undefined,
    queue: process.env["TEST_QUEUE"] === "postgres" ? "postgres" : "redis",
    requireRedis: process.env["REQUIRE_REDIS"] === "1",
  });
  process.stdout.write(`${JSON.stringify(stores)}\n`);
  await askedToEnd;
  await stop();
} catch (error) {
  process.stderr.write(`test stores: ${messageOf(error)}\n`);
  process.exitCode = 1;
}
process.stdin.destroy();
