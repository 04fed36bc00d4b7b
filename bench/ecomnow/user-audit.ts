import { systemClock } from "@drumline/core/clock";
import { Prisma } from "@drumline/db";
import { ecomnowHandlers } from "@drumline/ecomnow";
import type { Databases } from "@drumline/engine";
import { type CognitoUser, createCognitoGateway } from "@drumline/outbound/aws";
import { startTaskRun } from "@drumline/testing/task-run";

import { type BenchChild, startChild } from "../child.ts";
import { printFigures } from "../print-figures.ts";
import { startBenchSystem } from "../system.ts";
import { timeRun } from "../time-run.ts";

const USERS = Number(process.env["BENCH_AUDIT_USERS"] ?? 100_000);
const POOL = "us-east-1_sandbox";
const AUDIT_TYPES = ["UserNoLongerInPlatform", "UserNotEnabledInAnyPlatform", "UserNotLoggedInPlatform"] as const;
const ARGS = { platform: "US", recipients: ["audit@example.com"] };

/** So many users of Cognito against as many rows of the view, through the running system. */
export async function benchUserAudit(): Promise<void> {
  const sandbox = await startChild("../apps/sandbox/bin/sandbox.js", {
    env: { SANDBOX_PORT: "0", SANDBOX_STATE_FILE: "", SANDBOX_DATA: "", SANDBOX_USERS: String(USERS) },
  });
  const url = String(sandbox.message["listening"]);
  const endpoint = `${url}/aws/cognito`;
  const system = await startBenchSystem({
    COGNITO_USER_POOL_ID: POOL,
    COGNITO_ENDPOINT: endpoint,
    SES_ENDPOINT: `${url}/aws/ses`,
  });
  const worker = await system.startWorker();
  try {
    const platform = await (await fetch(`${url}/_sandbox/platform-users`)).text();
    await system.db.$executeRaw(Prisma.sql`
      INSERT INTO platform_user (platform, username, email, enabled, last_login_at)
      SELECT platform, username, email, enabled, "lastLoginAt"
      FROM jsonb_to_recordset(${platform}::jsonb)
        AS seeded(platform text, username text, email text, enabled boolean, "lastLoginAt" timestamptz)`);
    await system.db.$executeRaw(Prisma.sql`ANALYZE platform_user`);
    worker.forgetPeak();
    printFigures("a worker that has done nothing yet", { "worker RSS MB": worker.rssMegabytes() });
    for (const task of AUDIT_TYPES) await benchAudit(system, worker, task);
    await system.db.$executeRaw(Prisma.sql`TRUNCATE user_audit, user_audit_cycle`);
    const pages = await readPages(endpoint);
    for (const task of AUDIT_TYPES) await benchComparison(system, task, "EU", pages);
    // Nobody is in the view any more: every user of the platform is a finding.
    await system.db.$executeRaw(Prisma.sql`TRUNCATE platform_user, user_audit, user_audit_cycle`);
    await benchComparison(system, "UserNoLongerInPlatform", "US", pages);
  } finally {
    await system.close();
    await sandbox.stop();
  }
}

/** Through the whole system, listing included. */
async function benchAudit(databases: Databases, worker: BenchChild, task: string): Promise<void> {
  const { ms, result } = await timeRun(databases, task, ARGS);
  printFigures(`${task}: ${USERS.toLocaleString("en")} users, listing included`, {
    seconds: (ms / 1_000).toFixed(1),
    ...toFigures(result),
    "worker RSS MB": worker.rssMegabytes(),
  });
}

async function readPages(endpoint: string): Promise<CognitoUser[][]> {
  const access = { region: "us-east-1", credentials: null, endpoint };
  const cognito = createCognitoGateway({ ...access, userPoolId: POOL, callsPerSecond: 25 });
  const pages: CognitoUser[][] = [];
  for await (const page of cognito.listUsers(new AbortController().signal)) pages.push([...page]);
  return pages;
}

/** The same handler with a listing that takes no time. */
async function benchComparison(
  { db }: Databases,
  task: (typeof AUDIT_TYPES)[number],
  platform: string,
  pages: readonly CognitoUser[][],
): Promise<void> {
  const cognito = {
    async *listUsers() {
      yield* pages;
    },
  };
  const mailer = { send: async () => "bench" };
  const startedMs = performance.now();
  const gateways = { cognito, mailer, settings: { userAuditMaxLossPercent: 100 } };
  const { context } = startTaskRun(db, gateways, { args: { ...ARGS, months: 6, platform }, clock: systemClock });
  const result = await ecomnowHandlers[task](context);
  printFigures(`${task}: ${USERS.toLocaleString("en")} users, apart from the listing`, {
    seconds: ((performance.now() - startedMs) / 1_000).toFixed(1),
    ...toFigures(result),
  });
}

const toFigures = (result: Readonly<Record<string, unknown>>) => ({
  "of the platform": Number(result["ofPlatform"]),
  "in the view": Number(result["inView"]),
  found: Number(result["found"]),
  new: Number(result["new"]),
});
