import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { SECOND_MS } from "@drumline/core/clock";

import { driveHostile, findUnwell, warmUp } from "./drive.ts";
import { judge, type Observed } from "./judge.ts";
import {
  countOpenRuns,
  loadCanaries,
  loadHarmedPartners,
  loadRunsSeen,
  loadServedPartners,
  loadTexts,
} from "./observed.sql.ts";
import type { HostileOptions, QueueKind } from "./options.ts";
import type { SpoiledCounts } from "./outside/plan.ts";
import { toFaultList, toFigures, toOutcomeTable } from "./report.ts";
import { awaitRedHealth } from "./silence.ts";
import { seedHostileData } from "./seed.ts";
import { type HostileStage, setHostileStage } from "./stage.ts";
import { cancelPutOff } from "./stir.sql.ts";
import { startWatch, type Watch } from "./watch.ts";
import { listWork } from "./work.ts";

const WARM_UP_MS = 8 * SECOND_MS;
/** A circuit that opened last is closed again by then. */
const CALM_MS = 60 * SECOND_MS;
const DRAIN_MS = 60 * SECOND_MS;

/** One hostile run on one queue backend; says what it saw. False when something stopped the line. */
export async function runHostile(queue: QueueKind, options: HostileOptions): Promise<boolean> {
  const work = listWork(options.only);
  process.stdout.write(`hostile on ${queue}: ${options.minutes} min, seed ${options.seed}, ${work.length} tasks\n`);
  const stage = await setHostileStage(queue, options);
  try {
    await seedHostileData(stage.databases.db, stage.partners);
    // Orders, packages and findings have to be there before anything can be wrong with them.
    await warmUp(stage, WARM_UP_MS);
    stage.workers.measure();
    const since = new Date();
    const watch = startWatch(stage);
    const rounds = await driveHostile(stage, work, options);
    watch.pause();
    const silence = await awaitRedHealth(stage);
    watch.resume();
    const unwell = await findUnwell(stage, work, CALM_MS);
    await drain(stage);
    await watch.stop();
    const observed = await observe(stage, watch, { since, silence, unwell, only: options.only });
    const subject = { queue, options, work, rounds };
    const spoiled = (await (await fetch(`${stage.partners.evilUrl}/_hostile`)).json()) as SpoiledCounts;
    const faults = judge(observed, work, options);
    process.stdout.write(`${toOutcomeTable(subject, observed.runs, spoiled)}\n${toFigures(observed)}\n`);
    if (faults.length > 0) process.stdout.write(`\n${toFaultList(subject, faults)}\n`);
    process.stdout.write(
      `hostile on ${queue}, seed ${options.seed}: ${faults.length === 0 ? "nothing stopped the line" : `${faults.length} faults`}\n`,
    );
    return faults.length === 0;
  } finally {
    await stage.close();
  }
}

/** Until every run has ended that this program started. */
async function drain({ databases }: HostileStage): Promise<void> {
  const until = Date.now() + DRAIN_MS;
  while (Date.now() < until) {
    await cancelPutOff(databases.db, 0);
    if ((await countOpenRuns(databases.db)) === 0) return;
    await wait(SECOND_MS);
  }
}

async function observe(
  { databases: { db }, workers, logDir }: HostileStage,
  { passing, health }: Watch,
  {
    since,
    silence,
    unwell,
    only,
  }: { since: Date } & Pick<HostileOptions, "only"> & Pick<Observed, "silence" | "unwell">,
): Promise<Observed> {
  return {
    workers: workers.seen,
    runs: (await loadRunsSeen(db)).filter(({ at }) => at >= since),
    passing: passing.filter(({ at }) => at >= since),
    canaries: await loadCanaries(db, since),
    harmed: await loadHarmedPartners(db),
    // One task alone does not serve them all.
    served: only === null ? await loadServedPartners(db) : {},
    texts: await loadTexts(db),
    health: health.filter(({ reasons }) => reasons.length > 0),
    logLines: findLogLines(logDir),
    silence,
    unwell,
  };
}

const ALARMING = /not written yet|unhandled|uncaught|FATAL|was not recorded|MaxListeners|lost its lease|taken over/i;
const MOST_LINES = 50;

function findLogLines(dir: string): string[] {
  return readdirSync(dir)
    .filter((name) => name.endsWith(".log"))
    .flatMap((name) =>
      readFileSync(join(dir, name), "utf8")
        .split("\n")
        .filter((line) => ALARMING.test(line))
        .slice(0, MOST_LINES)
        .map((line) => `${name}: ${line}`),
    );
}
