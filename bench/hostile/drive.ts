import { setTimeout as wait } from "node:timers/promises";

import { MINUTE_MS, SECOND_MS, systemClock } from "@drumline/core/clock";
import { startRuns, type Databases } from "@drumline/engine";
import { CommandRefused, packageCommands, runPackageCommand } from "@drumline/oms/commands";
import { requireTask } from "@drumline/tasks";

import { createDice } from "../dice.ts";
import { gatewayNames } from "./gateways.ts";
import { loadFinishedTasks, loadOpenTasks } from "./observed.sql.ts";
import type { HostileOptions } from "./options.ts";
import { mutations } from "./outside/mutations.ts";
import type { HostilePlan } from "./outside/plan.ts";
import type { HostileStage } from "./stage.ts";
import { cancelPutOff, listWaitingPackages, makeAllDue } from "./stir.sql.ts";
import { type HostileTask, listWork } from "./work.ts";

/** How long each set of mutations holds. */
const ROUND_MS = 2 * SECOND_MS;
/** A run that waits longer for its next try is ended, so that its task is started under other answers. */
const PATIENCE_MS = 4 * SECOND_MS;
/** A run that works longer does not keep a second one from being started. */
const SLOW_MS = 10 * SECOND_MS;

export interface Round {
  readonly from: Date;
  readonly plan: HostilePlan;
}

/** Round after round every gateway gets another mutation, everything is made due, and every task is started. */
export async function driveHostile(
  stage: HostileStage,
  work: readonly HostileTask[],
  options: HostileOptions,
): Promise<Round[]> {
  const dice = createDice(options.seed);
  const decks = new Map(gatewayNames.map((gateway) => [gateway, [] as string[]]));
  const rounds: Round[] = [];
  const until = Date.now() + options.minutes * MINUTE_MS;
  while (Date.now() < until) {
    const plan = Object.fromEntries(
      gatewayNames
        .filter((gateway) => options.gateway === null || gateway === options.gateway)
        .map((gateway) => {
          const deck = decks.get(gateway)!;
          if (deck.length === 0) deck.push(...dice.shuffle([...mutations.keys()]));
          return [gateway, options.mutation ?? deck.pop()!];
        }),
    );
    await changePlan(stage, plan);
    rounds.push({ from: new Date(), plan });
    await driveRound(stage, work);
    await wait(ROUND_MS);
  }
  return rounds;
}

/** All gateways are well; every task is started again and again for so long. */
export async function warmUp(stage: HostileStage, forMs: number): Promise<void> {
  const work = listWork(null);
  const until = Date.now() + forMs;
  while (Date.now() < until) {
    await driveRound(stage, work);
    await wait(ROUND_MS);
  }
}

/** All gateways are well again; the tasks that did not finish among good answers within the time. */
export async function findUnwell(
  stage: HostileStage,
  work: readonly HostileTask[],
  withinMs: number,
): Promise<readonly string[]> {
  await changePlan(stage, {});
  const from = new Date();
  for (;;) {
    await driveRound(stage, work);
    await wait(ROUND_MS);
    const finished = await loadFinishedTasks(stage.databases.db, from);
    const unwell = work.map(({ task }) => task).filter((task) => !finished.has(task));
    if (unwell.length === 0 || Date.now() > from.getTime() + withinMs) return unwell;
  }
}

async function driveRound({ databases }: HostileStage, work: readonly HostileTask[]): Promise<void> {
  await cancelPutOff(databases.db, PATIENCE_MS);
  await makeAllDue(databases.db);
  await packSome(databases);
  const open = await loadOpenTasks(databases.db, SLOW_MS);
  await startRuns(
    { ...databases, deduplicate: false },
    work
      .filter(({ task }) => !open.has(task))
      .map(({ task, args }) => ({ definition: requireTask(task), args, requestedBy: "hostile bench" })),
  );
}

const PACKED_PER_ROUND = 6;

/** Stores pack packages, of which parcels come, and miss items, of which new plans come. */
async function packSome({ db }: Databases): Promise<void> {
  for (const [index, id] of (await listWaitingPackages(db, PACKED_PER_ROUND)).entries()) {
    const name = index % 3 === 2 ? "DETECTED_OUT_OF_STOCK_ITEM" : "COMPLETE_PACKAGING";
    const command = packageCommands.find((candidate) => candidate.name === name)!;
    try {
      const call = { id: String(id), command, args: command.args.parse({}), actor: "hostile bench" };
      await runPackageCommand(db, call, systemClock);
    } catch (error) {
      if (!(error instanceof CommandRefused)) throw error;
    }
  }
}

export async function changePlan({ partners }: HostileStage, plan: HostilePlan): Promise<void> {
  const answer = await fetch(`${partners.evilUrl}/_hostile`, { method: "PUT", body: JSON.stringify(plan) });
  if (!answer.ok) throw new Error(`the hostile outside does not take its plan: ${answer.status}`);
}
