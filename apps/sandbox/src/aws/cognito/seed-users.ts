import { DAY_MS } from "@drumline/core/clock";

import { between, pick, seededRandom } from "../../seeded-random.ts";
import { toSub } from "./operations.ts";
import type { PoolUser } from "./user-pool.ts";

/** A user as the platform itself keeps it: a row for `platform_user`. */
export interface PlatformUserSeed {
  readonly platform: string;
  readonly username: string;
  readonly email: string;
  readonly enabled: boolean;
  readonly lastLoginAt: string | null;
}

const FIRST = ["ada", "ben", "carla", "deniz", "emre", "fatma", "goran", "hana", "ines", "jonas", "karin", "luis"];
const LAST = ["aydin", "brown", "costa", "demir", "evans", "fischer", "garcia", "hansen", "ito", "jansen", "kaya"];

/** What became of users, and of how many in a hundred. */
const USERS_IN_HUNDRED = { gone: 5, disabled: 3, idle: 4, neverLoggedIn: 2 } as const;

/**
 * A pool that gives each audit something to find: some users left their platform, some are disabled there, some have not
 * logged in for months, and one in five carries no `custom:platform`, which makes it a user of US.
 */
export function seedUsers(
  seed: number,
  count: number,
  nowMs: number,
): { pool: PoolUser[]; platform: PlatformUserSeed[] } {
  const pool: PoolUser[] = [];
  const platform: PlatformUserSeed[] = [];
  for (let no = 1; no <= count; no += 1) {
    const random = seededRandom(seed, "user", no);
    const username = `${pick(random, FIRST)}.${pick(random, LAST)}.${no}`;
    const email = `${username}@example.com`;
    const home = pick(random, ["US", "US", "EU", "EU", null]);
    const percentile = random() * 100;
    const lastLogin = planLastLogin(percentile, random);
    const createdAtMs = nowMs - Math.max(lastLogin ?? 0, between(random, 30, 900)) * DAY_MS;
    pool.push({
      username,
      sub: toSub(`${seed} ${username}`),
      email,
      platform: home,
      enabled: true,
      createdAtMs,
      modifiedAtMs: createdAtMs,
    });
    if (percentile < USERS_IN_HUNDRED.gone) continue;
    platform.push({
      platform: home ?? "US",
      username,
      email,
      enabled: percentile >= USERS_IN_HUNDRED.gone + USERS_IN_HUNDRED.disabled,
      lastLoginAt: lastLogin === null ? null : new Date(nowMs - lastLogin * DAY_MS).toISOString(),
    });
  }
  return { pool, platform };
}

/** Days ago; null for never. */
function planLastLogin(percentile: number, random: () => number): number | null {
  const active = USERS_IN_HUNDRED.gone + USERS_IN_HUNDRED.disabled;
  if (percentile >= active && percentile < active + USERS_IN_HUNDRED.idle) return between(random, 200, 420);
  if (
    percentile >= active + USERS_IN_HUNDRED.idle &&
    percentile < active + USERS_IN_HUNDRED.idle + USERS_IN_HUNDRED.neverLoggedIn
  )
    return null;
  return between(random, 0, 90);
}
