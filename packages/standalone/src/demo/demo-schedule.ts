import type { Clock } from "@drumline/core/clock";
import type { JsonObject } from "@drumline/core/task";
import type { Database } from "@drumline/db";
import { createSchedule, ScheduleExists } from "@drumline/engine";
import { catalogue } from "@drumline/tasks";

export interface DemoSchedule {
  readonly key: string;
  readonly task: string;
  readonly args?: JsonObject;
  readonly everySeconds: number;
}

/** One that is there already stays as somebody left it. */
export async function addDemoSchedule(
  db: Database,
  clock: Clock,
  { key, task, args = {}, everySeconds }: DemoSchedule,
): Promise<void> {
  try {
    const description = "Made by the first `npm start`.";
    const patch = { task, args, description, everySeconds };
    await createSchedule({ db, clock, tasks: catalogue, who: "drumline start" }, key, patch);
  } catch (error) {
    if (!(error instanceof ScheduleExists)) throw error;
  }
}
