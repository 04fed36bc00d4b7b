import { startChild } from "../child.ts";
import { toRateFigures } from "../median.ts";
import { printFigures } from "../print-figures.ts";
import { startBenchSystem } from "../system.ts";
import { timeRun } from "../time-run.ts";
import { countPayments, seedDuePayments } from "./payments.sql.ts";

const PAYMENTS = Number(process.env["BENCH_PAYMENTS"] ?? 20_000);
const ROUNDS = 3;
const AT_ONCE = 100;
const SILENT_SECONDS = 30;
const TASK = "shop.payments.tasks.check_payment_status";

interface Counts {
  readonly calls: number;
  readonly most: number;
  readonly refused: number;
}

/** Due payments asked of a local provider, a third of them paid and confirmed with all that follows; then it asks for silence. */
export async function benchPayments(): Promise<void> {
  const provider = await startChild("./shop/provider-server.ts");
  const url = String(provider.message["url"]);
  const counts = async (): Promise<Counts> => (await (await fetch(`${url}/counts`)).json()) as Counts;
  const system = await startBenchSystem({
    MOLLIE_API_URL: url,
    MOLLIE_API_KEY: "test_bench",
    STRIPE_SECRET_KEY: "none",
    PAYMENT_CONCURRENCY: String(AT_ONCE),
    SHOP_PAYMENT_CONCURRENCY: String(AT_ONCE),
  });
  const worker = await system.startWorker();
  worker.forgetPeak();
  try {
    const rates: number[] = [];
    let cpu = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      await seedDuePayments(system.db, PAYMENTS);
      const cpuBefore = worker.cpuSeconds();
      const { ms } = await timeRun(system, TASK);
      cpu = worker.cpuSeconds() - cpuBefore;
      rates.push(PAYMENTS / (ms / 1_000));
      const { due, confirmed } = await countPayments(system.db);
      if (due > 0 || confirmed !== Math.floor(PAYMENTS / 3))
        throw new Error(`${due} of ${PAYMENTS} payments are still due, and ${confirmed} are confirmed`);
    }
    printFigures(`${PAYMENTS.toLocaleString("en")} payment polls, ${ROUNDS} rounds, a third of them paid`, {
      ...toRateFigures("polls/s", rates),
      "most at once": (await counts()).most,
      "worker CPU s": cpu.toFixed(1),
      "worker RSS MB": worker.rssMegabytes(),
    });
    await seedDuePayments(system.db, PAYMENTS);
    await fetch(`${url}/silence/${SILENT_SECONDS}`, { method: "PUT" });
    await timeRun(system, TASK);
    const { calls, refused } = await counts();
    const { due, nextInSeconds } = await countPayments(system.db);
    if (calls > AT_ONCE) throw new Error(`${calls} calls after a 429, where ${AT_ONCE} were under way at most`);
    printFigures(`the same, the provider answers 429 with Retry-After ${SILENT_SECONDS}`, {
      "calls in all": calls,
      refused,
      "still due, as they were": due,
      "seconds until the first one is asked again": nextInSeconds.toFixed(0),
    });
  } finally {
    await system.close();
    await provider.stop();
  }
}
