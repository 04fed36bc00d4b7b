import { setTimeout as wait } from "node:timers/promises";

import { SECOND_MS, systemClock } from "@drumline/core/clock";
import { createSchedule, deleteSchedule } from "@drumline/engine";
import { catalogue } from "@drumline/tasks";

import { changePlan } from "./drive.ts";
import type { HostileStage } from "./stage.ts";
import { cancelRunsOf } from "./stir.sql.ts";
import { askHealth, type HealthSeen } from "./watch.ts";

const KEY = "asked-for-silence";
const PULL = "oms.orders.tasks.get_orders_from_omnitron";
/** Health says it when a run waits longer than a few of its intervals. */
const RED_WITHIN_MS = 90 * SECOND_MS;
const GREEN_WITHIN_MS = 20 * SECOND_MS;

/**
 * Lets Omnitron ask for a silence of 3,000 years while a schedule of two seconds pulls from it, and waits until health is
 * red with Omnitron's name. Null when that is so, else what health said last.
 */
export async function awaitRedHealth(stage: HostileStage): Promise<string | null> {
  const { databases, apiUrl } = stage;
  const change = { db: databases.db, clock: systemClock, tasks: catalogue, who: "hostile bench" };
  await changePlan(stage, { orders: "429, retry after 3,000 years" });
  await createSchedule(change, KEY, { task: PULL, args: {}, everySeconds: 2, graceMs: SECOND_MS });
  const until = Date.now() + RED_WITHIN_MS;
  let reasons: HealthSeen["reasons"] = [];
  while (Date.now() < until && !reasons.some(({ message }) => /Omnitron/.test(message))) {
    await wait(SECOND_MS);
    reasons = await askHealth(apiUrl);
  }
  await changePlan(stage, {});
  await deleteSchedule(change, KEY, {});
  await cancelRunsOf(databases.db, KEY);
  const said = reasons;
  // Waits until health is green again, so that later checks do not see this silence.
  for (const end = Date.now() + GREEN_WITHIN_MS; reasons.length > 0 && Date.now() < end; await wait(SECOND_MS))
    reasons = await askHealth(apiUrl);
  if (said.some(({ message }) => /Omnitron/.test(message))) return null;
  return said.map(({ code, message }) => `${code}: ${message}`).join("; ") || "nothing";
}
