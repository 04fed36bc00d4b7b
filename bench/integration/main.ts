import { startRuns } from "@drumline/engine";
import { requireTask } from "@drumline/tasks";

import { type BenchChild, startChild } from "../child.ts";
import { median, toRateFigures } from "../median.ts";
import { printFigures } from "../print-figures.ts";
import { type BenchSystem, startBenchSystem } from "../system.ts";
import { timeRun } from "../time-run.ts";
import { addRoute, addTasks, countOpen } from "./seed.sql.ts";

const TASKS = Number(process.env["BENCH_TASKS"] ?? 10_000);
const ROUNDS = 3;
const RUN_ROUTE = "integration.tasks.run_route";

/** Tasks through routes of the running system. */
export async function benchIntegration(): Promise<void> {
  const endpoint = await startChild("./integration/endpoint-server.ts");
  const host = String(endpoint.message["host"]);
  const system = await startBenchSystem({ INTEGRATION_PRIVATE_HOSTS: host, INTEGRATION_RUN_SECONDS: "3000" });
  const worker = await system.startWorker();
  worker.forgetPeak();
  try {
    const alone = await benchRoute(system, worker, `http://${host}/orders`);
    await benchBesides(system, host, alone);
  } finally {
    await system.close();
    await endpoint.stop();
  }
}

/** The rate of a route whose endpoint is well, tasks per second. */
async function benchRoute(system: BenchSystem, worker: BenchChild, url: string): Promise<number> {
  const rates: number[] = [];
  let cpu = 0;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const name = `well-${round}`;
    const id = await addRoute(system.db, name, url);
    await addTasks(system.db, id, TASKS);
    const cpuBefore = worker.cpuSeconds();
    const { ms } = await timeRun(system, RUN_ROUTE, { route: name });
    cpu = worker.cpuSeconds() - cpuBefore;
    rates.push(TASKS / (ms / 1_000));
    const open = await countOpen(system.db, id);
    if (open > 0) throw new Error(`${open} of ${TASKS} tasks are not finished`);
  }
  printFigures(`${TASKS.toLocaleString("en")} tasks through a route, 50 at once, ${ROUNDS} rounds`, {
    ...toRateFigures("tasks/s", rates),
    "worker CPU s": cpu.toFixed(1),
    "worker RSS MB": worker.rssMegabytes(),
  });
  return median(rates);
}

/** The same while the endpoints of two other routes hang and refuse. */
async function benchBesides(system: BenchSystem, host: string, alone: number): Promise<void> {
  for (const bad of ["hang", "flood"]) {
    await addTasks(system.db, await addRoute(system.db, bad, `http://${host}/${bad}`), TASKS);
    const request = { definition: requireTask(RUN_ROUTE), args: { route: bad } };
    await startRuns({ ...system, deduplicate: false }, [request]);
  }
  const id = await addRoute(system.db, "beside", `http://${host}/orders`);
  await addTasks(system.db, id, TASKS);
  const { ms } = await timeRun(system, RUN_ROUTE, { route: "beside" });
  const rate = TASKS / (ms / 1_000);
  printFigures("the same beside one endpoint that hangs and one that sends 429", {
    "tasks/s": Math.round(rate),
    "of the median alone": `${Math.round((rate / alone) * 100)} %`,
  });
}
