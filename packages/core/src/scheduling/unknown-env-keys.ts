import type { ConfigProblem, Env } from "../config/index.ts";
import { closestName, editDistance } from "../errors/index.ts";
import { HIDDEN_PING_URL } from "./ping-url.ts";

const PING_URL = "_PING_URL";
export const KEY_SUFFIXES = ["_CRONTAB", "_SCHEDULE", "_TIMEZONE", PING_URL] as const;

/** What people write for the suffixes, beside plain typing slips. */
const SUFFIX_SYNONYMS: Readonly<Record<string, (typeof KEY_SUFFIXES)[number] | "">> = {
  _CRON: "_CRONTAB",
  _CRON_TAB: "_CRONTAB",
  _INTERVAL: "_SCHEDULE",
  _EVERY: "_SCHEDULE",
  _SECONDS: "_SCHEDULE",
  _TZ: "_TIMEZONE",
  _TIME_ZONE: "_TIMEZONE",
  _PING: PING_URL,
  _PINGURL: PING_URL,
  _HEALTHCHECK: PING_URL,
  _HEALTHCHECK_URL: PING_URL,
  _ENABLED: "",
  _ENABLE: "",
};

/**
 * Env keys that were most likely meant to be ours and are not: a schedule that silently keeps its default is worse
 * than a start that stops. Keys that merely resemble (`PATH`, `npm_config_*`, another program's) are left alone.
 */
export function findUnknownKeys(
  env: Env,
  envKeys: readonly string[],
  { ours, allowed }: { ours: ReadonlySet<string>; allowed: ReadonlySet<string> },
): ConfigProblem[] {
  return Object.entries(env).flatMap(([key, value]) => {
    if (value === undefined || ours.has(key) || allowed.has(key)) return [];
    const meant = meantKey(key, envKeys, ours);
    if (meant === null) return [];
    const problem =
      key.toUpperCase() === meant ? `is not read: keys are upper case` : `is no key of ours; did you mean ${meant}?`;
    // The URL is a secret under whatever name it was written.
    const shown = meant.endsWith(PING_URL) ? HIDDEN_PING_URL : value;
    return [{ key, value: shown, problem, example: `${meant}=${shown}` }];
  });
}

function meantKey(key: string, envKeys: readonly string[], ours: ReadonlySet<string>): string | null {
  const upper = key.toUpperCase();
  if (ours.has(upper)) return upper;
  for (const envKey of envKeys) {
    const suffix = upper.startsWith(`${envKey}_`) ? SUFFIX_SYNONYMS[upper.slice(envKey.length)] : undefined;
    if (suffix !== undefined) return envKey + suffix;
  }
  const nearest = closestName(upper, ours);
  // One slip per six letters, three at most: short keys must be exact.
  const allowedSlips = Math.min(3, Math.floor(key.length / 6));
  return nearest !== null && editDistance(upper, nearest) <= allowedSlips ? nearest : null;
}
