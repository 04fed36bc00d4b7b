import { randomUUID } from "node:crypto";

import type { Clock } from "@drumline/core/clock";
import { toStorableText } from "@drumline/core/text";
import type { Database, Transaction } from "@drumline/db";

import { changePeriodInForce, deleteFuturePeriods, endPeriodInForce, insertPeriods } from "./periods.sql.ts";
import { planPeriods, type PlannedWindow, planWindow, type WindowWish } from "./plan-window.ts";
import { NoSuchWindow, RefusedWindow, WindowChanged, WindowNotOpen } from "./refusals.ts";
import {
  findScheduleIds,
  insertWindow,
  insertWindowChange,
  loadWindow,
  lockWindow,
  type MaintenanceWindow,
  markWindow,
  saveWindow,
  type WindowAction,
} from "./windows.sql.ts";

/** Who changes a window, over what. */
export interface WindowContext {
  readonly db: Database;
  readonly clock: Clock;
  /** Stands in the history. */
  readonly who: string;
}

/** What a person says of a window; schedules by key or id. */
export interface WindowPatch extends Omit<WindowWish, "scheduleIds"> {
  readonly schedules?: readonly string[] | undefined;
}

/** Periods of a recurring window that are written ahead, so that it holds runs also where no beat lives. */
export const PERIODS_AHEAD = 50;
const WHY_CODE_POINTS = 500;

/**
 * A new window, in force from its start on. A caller who may ask twice gives its id, and finds the window of the first time.
 * Every change here is one transaction with its row of the history.
 * @throws {RefusedWindow}
 */
export function createWindow(
  { db, clock, who }: WindowContext,
  patch: WindowPatch,
  id: string = randomUUID(),
): Promise<MaintenanceWindow> {
  return db.$transaction(async (tx) => {
    const known = await loadWindow(tx, id);
    if (known !== null) return known;
    const now = clock.now();
    const planned = planWindow(await toWish(tx, patch), null, now);
    await insertWindow(tx, id, planned);
    await insertPeriods(tx, id, planned, planPeriods(planned.timing, now, PERIODS_AHEAD));
    const after = (await loadWindow(tx, id))!;
    await insertWindowChange(tx, { action: "CREATE", by: who, why: planned.reason, before: null, after });
    return after;
  });
}

/**
 * What is in force takes over whom it holds, and of a one-off window its end; what has not begun is planned anew.
 * @throws {RefusedWindow} {NoSuchWindow} {WindowChanged} {WindowNotOpen} when it is closed
 */
export function updateWindow(
  context: WindowContext,
  id: string,
  patch: WindowPatch,
  { why, version }: { readonly why: string; readonly version: number },
): Promise<MaintenanceWindow> {
  return change(context, "UPDATE", id, { why, version }, async (tx, before) => {
    const now = context.clock.now();
    const planned = planWindow(await toWish(tx, patch), before, now);
    await saveWindow(tx, id, planned);
    await replanPeriods(tx, id, planned, { now, by: context.who, why });
  });
}

/**
 * Ends what is in force of it now; the next times of a recurring window come all the same.
 * @throws {NoSuchWindow} {WindowChanged} {WindowNotOpen} when nothing of it is in force
 */
export function endWindow(
  context: WindowContext,
  id: string,
  seen: { readonly why: string; readonly version?: number | undefined },
): Promise<MaintenanceWindow> {
  return change(context, "END", id, seen, async (tx, before) => {
    if (!(await endPeriodInForce(tx, id, context.who, seen.why)))
      throw new WindowNotOpen(`Nothing of the maintenance window ${before.name} is in force; there is nothing to end.`);
    await markWindow(tx, id, { closed: false });
  });
}

/**
 * Ends what is in force of it, and nothing comes any more; its history stays.
 * @throws {NoSuchWindow} {WindowChanged} {WindowNotOpen} when it is closed
 */
export function closeWindow(
  context: WindowContext,
  id: string,
  seen: { readonly why: string; readonly version?: number | undefined },
): Promise<MaintenanceWindow> {
  return change(context, "CLOSE", id, seen, async (tx) => {
    await deleteFuturePeriods(tx, id);
    await endPeriodInForce(tx, id, context.who, seen.why);
    await markWindow(tx, id, { closed: true });
  });
}

function change(
  { db, who }: WindowContext,
  action: WindowAction,
  id: string,
  { why, version }: { readonly why: string; readonly version?: number | undefined },
  apply: (tx: Transaction, before: MaintenanceWindow) => Promise<void>,
): Promise<MaintenanceWindow> {
  return db.$transaction(async (tx) => {
    const before = await lockWindow(tx, id);
    if (before === null) throw new NoSuchWindow(id);
    if (version !== undefined && version !== before.version) throw new WindowChanged(id, version, before.version);
    if (before.closedAt !== null)
      throw new WindowNotOpen(`The maintenance window ${before.name} was closed at ${before.closedAt.toISOString()}.`);
    await apply(tx, before);
    const after = (await loadWindow(tx, id))!;
    await insertWindowChange(tx, { action, by: who, why: toStorableText(why, WHY_CODE_POINTS), before, after });
    return after;
  });
}

async function replanPeriods(
  tx: Transaction,
  id: string,
  planned: PlannedWindow,
  { now, by, why }: { readonly now: Date; readonly by: string; readonly why: string },
): Promise<void> {
  const { timing } = planned;
  await deleteFuturePeriods(tx, id);
  if (timing.kind === "once" && timing.startsAt > now) await endPeriodInForce(tx, id, by, why);
  const isInForce = await changePeriodInForce(tx, id, planned, timing.kind === "once" ? timing.endsAt : null);
  const periods = planPeriods(timing, now, PERIODS_AHEAD);
  await insertPeriods(tx, id, planned, isInForce ? periods.filter(({ startsAt }) => startsAt > now) : periods);
}

async function toWish(tx: Transaction, { schedules, ...wish }: WindowPatch): Promise<WindowWish> {
  if (schedules === undefined) return wish;
  const found = await findScheduleIds(tx, schedules);
  const unknown = schedules.filter((asked) => !found.has(asked));
  if (unknown.length > 0)
    throw new RefusedWindow(
      unknown.map((asked) => ({ where: "schedules", problem: `there is no schedule "${asked}"` })),
    );
  return { ...wish, scheduleIds: schedules.map((asked) => found.get(asked)!) };
}
