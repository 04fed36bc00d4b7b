import { printFigures } from "../print-figures.ts";
import { startBenchSystem } from "../system.ts";
import { timeRun } from "../time-run.ts";
import { seedIdleCheckouts } from "./clean-up.sql.ts";

const CHECKOUTS = Number(process.env["BENCH_CHECKOUTS"] ?? 1_000_000);

/** A million idle checkouts through the running system: leads, reminders and anonymous carts, in one worker. */
export async function benchCleanUp(): Promise<void> {
  const system = await startBenchSystem();
  await seedIdleCheckouts(system.db, CHECKOUTS);
  const worker = await system.startWorker();
  try {
    const { ms, result } = await timeRun(system, "shop.maintenance.tasks.clean_up_database");
    const looked = ["leads", "anonymised", "sparedByPayment"].reduce((sum, name) => sum + Number(result[name]), 0);
    if (looked !== CHECKOUTS) throw new Error(`${CHECKOUTS} checkouts were left, but ${JSON.stringify(result)}`);
    printFigures(`clean-up of ${CHECKOUTS.toLocaleString("en")} idle checkouts`, {
      "checkouts/s": Math.round((CHECKOUTS / ms) * 1_000),
      seconds: (ms / 1_000).toFixed(1),
      leads: Number(result["leads"]),
      anonymised: Number(result["anonymised"]),
      spared: Number(result["sparedByPayment"]),
      "worker RSS MB": worker.rssMegabytes(),
    });
  } finally {
    await system.close();
  }
}
