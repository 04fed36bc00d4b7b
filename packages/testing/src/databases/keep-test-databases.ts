/**
 * The process that holds a jest run's databases. It lives in a process group of its own and ends when its standard input
 * does: however jest ends, kill -9 included, the databases end after it.
 */
import { messageOf } from "@drumline/core/errors";
import { startTestDatabases } from "./start-test-databases.ts";

const askedToEnd = new Promise<void>((resolve) => {
  process.stdin.resume().once("end", resolve).once("error", resolve);
  process.once("SIGTERM", () => resolve());
});
// The reader of our answer may be gone by then.
process.stdout.on("error", () => {});

try {
  const { databases, stop } = await startTestDatabases({
    databaseUrl: process.env["TEST_DATABASE_URL"] || undefined,
    redisUrl: process.env["TEST_REDIS_URL"] || undefined,
    queue: process.env["TEST_QUEUE"] === "postgres" ? "postgres" : "redis",
    requireRedis: process.env["REQUIRE_REDIS"] === "1",
  });
  process.stdout.write(`${JSON.stringify(databases)}\n`);
  await askedToEnd;
  await stop();
} catch (error) {
  process.stderr.write(`test databases: ${messageOf(error)}\n`);
  process.exitCode = 1;
}
process.stdin.destroy();
