import { DAY_MS, type ManualClock, manualClock } from "@drumline/core/clock";
import type { Database } from "@drumline/db";
import { startTaskRun, type TaskRunOptions, testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach } from "@jest/globals";

import { ecomnowHandlers } from "../src/tasks.ts";
import type { AuditType } from "../src/user-audit/finding.ts";
import { type Choice, clearAudit, putChoice } from "./audited-users.ts";
import { NOON } from "./ecomnow-run.ts";
import { type FakeAws, fakeAws } from "./fake-aws.ts";

interface AuditOptions extends TaskRunOptions<object> {
  readonly task?: AuditType;
  readonly platform?: string;
  readonly recipients?: string[];
  readonly maxLossPercent?: number;
}

interface PerformOptions extends TaskRunOptions<{ platform?: string }> {
  readonly secondPerson?: boolean;
}

let store: TestDatabase;
let clock: ManualClock;
const aws: FakeAws = fakeAws();

/** A database, a pool and a mailbox for every test of a file; all are empty when a test begins. */
export function useUserAudit() {
  beforeAll(async () => {
    store = await testDatabase();
  });
  beforeEach(async () => {
    await clearAudit(store.db);
    aws.clear();
    clock = manualClock(NOON);
  });
  afterAll(() => store.close());
  return {
    get db(): Database {
      return store.db;
    },
    aws,
    start,
    audit: (options?: AuditOptions) => start(options).result,
    nextDay: () => clock.advance(DAY_MS),
    choose: (choice: Choice) => putChoice(store.db, aws, choice),
    startPerforming,
    perform: (options?: PerformOptions) => startPerforming(options).result,
    findings,
    only: async () => (await findings())[0]!,
  };
}

function start({
  task = "UserNoLongerInPlatform",
  platform = "EU",
  recipients = ["boss@example.com"],
  maxLossPercent = 100,
  ...options
}: AuditOptions = {}) {
  const gateways = aws.gateways({ userAuditMaxLossPercent: maxLossPercent });
  const run = startTaskRun(store.db, gateways, { clock, ...options, args: { platform, recipients } });
  return { ...run, result: ecomnowHandlers[task](run.context) };
}

function startPerforming({ secondPerson = false, ...options }: PerformOptions = {}) {
  const run = startTaskRun(store.db, aws.gateways({ userAuditSecondPerson: secondPerson }), { clock, ...options });
  return { ...run, result: ecomnowHandlers.PerformUserAudit(run.context) };
}

const findings = () => store.db.userAudit.findMany({ orderBy: { id: "asc" } });
