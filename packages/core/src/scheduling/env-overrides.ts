import { systemClock, SECOND_MS, type Clock } from "../clock/index.ts";
import { parseSwitch, type ConfigProblem, type Env } from "../config/index.ts";
import { messageOf } from "../errors/index.ts";
import type { JsonObject, ScheduleEntry, TaskDefinition } from "../task/index.ts";
import { parseCrontab } from "./crontab.ts";
import { parseDurationSeconds } from "./duration.ts";
import { InvalidSchedule } from "./invalid-schedule.ts";
import { parsePingUrl } from "./ping-url.ts";
import { parseZoneName } from "./time-zone.ts";
import type { Trigger } from "./trigger.ts";
import { findUnknownKeys, KEY_SUFFIXES } from "./unknown-env-keys.ts";
import { warningsOf } from "./warnings.ts";

/** A catalogue entry with the env keys applied: what beat registers. */
export interface ResolvedSchedule {
  /** The entry name of the guide. */
  readonly key: string;
  readonly task: string;
  readonly source: "ENV";
  readonly enabled: boolean;
  readonly trigger: Trigger;
  readonly timezone: string;
  readonly args: JsonObject;
  /** Called when a run starts, succeeds, fails or is late; a secret. */
  readonly pingUrl: string | null;
  /** The env keys that made it what it is; empty for a pure default. */
  readonly from: readonly string[];
  readonly warnings: readonly string[];
}

export interface EnvSchedules {
  /** Every entry that could be read, disabled ones too. */
  readonly schedules: readonly ResolvedSchedule[];
  readonly problems: readonly ConfigProblem[];
}

export interface EnvScheduleOptions {
  /** Setting keys of the apps, which are nobody's typing slip. */
  readonly knownKeys?: Iterable<string>;
  /** Where the dates in warnings start. */
  readonly clock?: Clock;
}

const BEAT_TIMEZONE = "BEAT_TIMEZONE";

/**
 * The OMS guide's env grammar (design, Scheduling rules 1): for an entry with env key X, `X` switches it, `X_SCHEDULE`
 * or `X_CRONTAB` times it, `X_TIMEZONE` (else `BEAT_TIMEZONE`, else UTC) places it, and
 * our `X_PING_URL` is told what becomes of it. Reports every problem, throws none.
 */
export function resolveEnvSchedules(
  tasks: readonly TaskDefinition[],
  env: Env,
  { knownKeys = [], clock = systemClock }: EnvScheduleOptions = {},
): EnvSchedules {
  const reader = new EnvReader(env);
  const zone = reader.read(BEAT_TIMEZONE, (raw) => parseZoneName(raw, BEAT_TIMEZONE));
  const entries = tasks.flatMap(({ name, entry }) => (entry === null ? [] : [{ task: name, entry }]));
  const now = clock.now();
  const schedules = entries.flatMap(({ task, entry }) => resolveEntry(task, entry, reader, zone ?? "UTC", now) ?? []);

  const envKeys = entries.map(({ entry }) => entry.envKey);
  const ours = envKeys.flatMap((envKey) => [envKey, ...KEY_SUFFIXES.map((suffix) => envKey + suffix)]);
  const unknown = findUnknownKeys(env, envKeys, {
    ours: new Set([...ours, BEAT_TIMEZONE]),
    allowed: new Set(knownKeys),
  });
  return { schedules, problems: [...reader.problems, ...unknown] };
}

function resolveEntry(
  task: string,
  entry: ScheduleEntry,
  reader: EnvReader,
  beatTimezone: string,
  now: Date,
): ResolvedSchedule | null {
  const { envKey } = entry;
  const keys = {
    crontab: `${envKey}_CRONTAB`,
    schedule: `${envKey}_SCHEDULE`,
    timezone: `${envKey}_TIMEZONE`,
    pingUrl: `${envKey}_PING_URL`,
  };
  const problemsBefore = reader.problems.length;
  const enabled = reader.read(envKey, parseSwitch, "false");
  const ownTimezone = reader.read(keys.timezone, (raw) => parseZoneName(raw, keys.timezone));
  const crontab = reader.read(keys.crontab, (raw) => parseCrontab(raw, keys.crontab));
  const seconds = reader.read(keys.schedule, (raw) => parseDurationSeconds(raw, keys.schedule));
  const pingUrl = reader.read(keys.pingUrl, (raw) => parsePingUrl(raw, keys.pingUrl));
  if (reader.has(keys.crontab) && reader.has(keys.schedule)) reader.reportBoth(keys.schedule, keys.crontab);
  if (reader.problems.length > problemsBefore) return null;

  const timezone = ownTimezone ?? beatTimezone;
  let trigger = defaultTrigger(entry, timezone);
  if (seconds !== null) trigger = { kind: "interval", everyMs: seconds * SECOND_MS };
  if (crontab !== null) trigger = { kind: "crontab", crontab, timezone };

  const from = Object.values({ envKey, ...keys }).filter((key) => reader.has(key));
  if (trigger.kind === "crontab" && ownTimezone === null && reader.has(BEAT_TIMEZONE)) from.push(BEAT_TIMEZONE);
  const warnings = warningsOf(trigger, now);
  if (trigger.kind === "interval" && ownTimezone !== null)
    warnings.push(`${keys.timezone} has no effect: an interval has no time zone`);
  return {
    key: entry.key,
    task,
    source: "ENV",
    enabled: enabled ?? true,
    trigger,
    timezone,
    args: entry.kwargs,
    pingUrl,
    from,
    warnings,
  };
}

/** The trigger an entry is born with. Throws `InvalidSchedule` where the catalogue itself is wrong. */
export function defaultTrigger({ key, trigger }: ScheduleEntry, timezone: string): Trigger {
  return "everySeconds" in trigger
    ? { kind: "interval", everyMs: trigger.everySeconds * SECOND_MS }
    : { kind: "crontab", crontab: parseCrontab(trigger.crontab, `default of ${key}`), timezone };
}

/** Reads keys one by one and keeps what is wrong with them. Empty counts as absent. */
class EnvReader {
  readonly problems: ConfigProblem[] = [];
  readonly #env: Env;

  constructor(env: Env) {
    this.#env = env;
  }

  has(key: string): boolean {
    return this.#value(key) !== "";
  }

  /** Null when the key is absent or wrong. */
  read<Value>(key: string, parse: (raw: string) => Value, example?: string): Value | null {
    const value = this.#value(key);
    if (value === "") return null;
    try {
      return parse(value);
    } catch (error) {
      this.problems.push(
        error instanceof InvalidSchedule
          ? error.toProblem()
          : {
              key,
              value,
              problem: messageOf(error),
              ...(example === undefined ? {} : { example: `${key}=${example}` }),
            },
      );
      return null;
    }
  }

  reportBoth(scheduleKey: string, crontabKey: string): void {
    this.problems.push({
      key: scheduleKey,
      value: this.#value(scheduleKey),
      problem: `is set together with ${crontabKey}=${this.#value(crontabKey)}; keep one of the two and remove the other`,
      example: `${scheduleKey}=${this.#value(scheduleKey)}`,
    });
  }

  #value(key: string): string {
    return this.#env[key]?.trim() ?? "";
  }
}
