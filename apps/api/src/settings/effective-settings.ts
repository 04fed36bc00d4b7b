import type { Env } from "@drumline/core/config";
import { SCHEDULE_KEYS } from "@drumline/core/scheduling";
import type { ScheduleEntry, TaskDefinition } from "@drumline/core/task";

import type { SettingSources } from "../api.ts";

/** A setting as it is declared, of whichever process; written by `npm run generate`. */
export interface DeclaredSetting {
  readonly key: string;
  /** The part of `.env.example` it stands in. */
  readonly group: string;
  readonly about: string;
  readonly fallback: string | null;
  readonly example: string | null;
  readonly secret: boolean;
  readonly readBy: readonly string[];
  /** The schedule it belongs to. */
  readonly schedule: string | null;
}

export const SOURCES = ["DEFAULT", "ENVIRONMENT", "ENV_FILE"] as const;

export interface EffectiveSetting extends DeclaredSetting {
  readonly value: string | null;
  readonly isSet: boolean;
  readonly source: (typeof SOURCES)[number];
}

/** Each setting with what is in effect. Empty counts as absent, as `readSettings` has it; of a secret, nothing is told. */
export function toEffectiveSettings(
  declared: readonly DeclaredSetting[],
  { environment, file }: SettingSources,
): EffectiveSetting[] {
  const written = (env: Env, key: string) => env[key]?.trim() || null;
  return declared.map((setting) => {
    const set = written(environment, setting.key);
    return {
      ...setting,
      value: setting.secret ? null : withoutPasswords(set ?? setting.fallback),
      isSet: set !== null,
      source: set === null ? "DEFAULT" : set === written(file, setting.key) ? "ENV_FILE" : "ENVIRONMENT",
    };
  });
}

/** An address that is no secret may still be written with a user and a password, or with a key in its query. */
function withoutPasswords(value: string | null): string | null {
  if (value === null || !/^[a-z][a-z+.-]*:\/\//i.test(value)) return value;
  return value.replace(/^([^/]+:\/\/)[^/?#]*@/, "$1[secret]@").replaceAll(/([?&][^=&#]*=)(?!\{)[^&#]+/g, "$1[secret]");
}

/** The env keys of the schedules that tasks are born with. */
export function toScheduleSettings(tasks: readonly TaskDefinition[]): DeclaredSetting[] {
  return tasks.flatMap(({ entry }) => (entry === null ? [] : keysOf(entry)));
}

const keysOf = (entry: ScheduleEntry): DeclaredSetting[] =>
  SCHEDULE_KEYS.map(({ suffix, about, secret }) => ({
    key: `${entry.envKey}${suffix}`,
    group: "schedules",
    about: `${entry.envKey}${suffix} ${about.replaceAll(/\bX(?=_)/g, entry.envKey)}`,
    fallback: fallbackOf(entry, suffix),
    example: null,
    secret,
    readBy: ["beat"],
    schedule: entry.key,
  }));

function fallbackOf({ trigger }: ScheduleEntry, suffix: string): string | null {
  if (suffix === "") return "true";
  if (suffix === "_SCHEDULE" && "everySeconds" in trigger) return String(trigger.everySeconds);
  if (suffix === "_CRONTAB" && "crontab" in trigger) return trigger.crontab;
  return null;
}
