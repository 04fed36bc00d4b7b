import { type AwsFaults, createAwsFaults } from "./aws-faults.ts";
import { type CallLog, createCallLog } from "./call-log.ts";
import type { Pool } from "./cognito/operations.ts";
import { type PlatformUserSeed, seedUsers } from "./cognito/seed-users.ts";
import { createUserPool } from "./cognito/user-pool.ts";
import { createMailbox, type Mailbox } from "./ses/mailbox.ts";

/** One account of AWS: a user pool, a mailbox that keeps every mail, and what was asked of them. In memory. */
export interface AwsState {
  readonly pool: Pool;
  readonly mailbox: Mailbox;
  readonly faults: AwsFaults;
  readonly calls: CallLog;
  readonly nowMs: () => number;
  readonly mailsPerSecond: number;
  /** Puts `count` seeded users into the place of all others. */
  seed(count: number): void;
  /** The seeded users as their platforms know them. */
  platformUsers(): readonly PlatformUserSeed[];
}

export const SANDBOX_POOL_ID = "us-east-1_sandbox";

export interface AwsOptions extends Pick<AwsState, "nowMs" | "mailsPerSecond"> {
  readonly seed: number;
  /** Seeded users at first. */
  readonly users: number;
}

export function createAwsState({ seed, users, nowMs, mailsPerSecond }: AwsOptions): AwsState {
  const pool: Pool = { id: SANDBOX_POOL_ID, users: createUserPool(), nowMs };
  let platform: readonly PlatformUserSeed[] = [];
  const state: AwsState = {
    pool,
    mailbox: createMailbox(nowMs),
    faults: createAwsFaults(),
    calls: createCallLog(nowMs),
    nowMs,
    mailsPerSecond,
    seed: (count) => {
      const seeded = seedUsers(seed, count, nowMs());
      pool.users.replaceAll(seeded.pool);
      platform = seeded.platform;
    },
    platformUsers: () => platform,
  };
  state.seed(users);
  return state;
}
