import {
  collectSettings,
  type Env,
  integer,
  InvalidConfiguration,
  loadEnvFile,
  statementSeconds,
  databaseSettings,
  timezone,
  type ValuesOf,
} from "@drumline/core/config";
import { metricsSettings } from "@drumline/core/process";
import { resolveEnvSchedules } from "@drumline/core/scheduling";
import { type DesiredSchedule, duplicateSettings, toDesiredSchedules } from "@drumline/engine";
import { catalogue, findTask } from "@drumline/tasks";
import { parse } from "dotenv";

/** What beat reads from the environment besides the schedules' own keys. */
export const beatSettings = {
  ...databaseSettings,
  statementSeconds: statementSeconds("BEAT", 60),
  beatTimezone: timezone("BEAT_TIMEZONE", {
    fallback: "UTC",
    about: "IANA time zone of every crontab that names none of its own (X_TIMEZONE).",
  }),
  ...duplicateSettings,
  ...metricsSettings,
  reconcileSeconds: integer("BEAT_RECONCILE_SECONDS", {
    fallback: 30,
    min: 1,
    max: 3_600,
    about: "Seconds between full comparisons of the schedules with BullMQ; changes are seen within 2 s anyway.",
  }),
  repairSeconds: integer("BEAT_REPAIR_SECONDS", {
    fallback: 5,
    min: 1,
    max: 3_600,
    about: "Seconds between sweeps that put right what crashes left behind.",
  }),
  lostRunSeconds: integer("BEAT_LOST_RUN_SECONDS", {
    fallback: 15,
    min: 1,
    max: 3_600,
    about: "A run that waits longer is looked up on the queue, and put there again if it is missing.",
  }),
} as const;

export type BeatConfig = ValuesOf<typeof beatSettings> & {
  readonly desired: readonly DesiredSchedule[];
  readonly warnings: readonly string[];
};

/**
 * Settings and ENV schedules, or every problem of both at once.
 * @throws {InvalidConfiguration}
 */
export function readBeatConfig(env: Env = process.env): BeatConfig {
  loadEnvFile(process.env, parse);
  const { values, problems } = collectSettings(beatSettings, env);
  const knownKeys = Object.values(beatSettings).map(({ key }) => key);
  const resolved = resolveEnvSchedules(catalogue, env, { knownKeys });
  const all = [...problems, ...resolved.problems].filter(
    (problem, index, list) => list.findIndex(({ key }) => key === problem.key) === index,
  );
  if (all.length > 0) throw new InvalidConfiguration(all);
  return {
    ...values,
    desired: toDesiredSchedules(resolved.schedules, findTask),
    warnings: resolved.schedules.flatMap(({ key, warnings }) => warnings.map((warning) => `${key}: ${warning}`)),
  };
}
