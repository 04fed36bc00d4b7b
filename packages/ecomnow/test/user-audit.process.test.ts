import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";

import { manualClock } from "@drumline/core/clock";
import {
  askSandbox,
  type Sandbox,
  startSandbox,
  startTaskRun,
  testDatabase,
  type TestDatabase,
} from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { AUDIT_TYPES } from "../src/user-audit/finding.ts";
import { ecomnowHandlers } from "../src/tasks.ts";
import { clearAudit, putChoice, putPlatformUsers } from "./audited-users.ts";
import { fakeAws } from "./fake-aws.ts";
import { sandboxGateways } from "./sandbox-aws.ts";

const CHILD = fileURLToPath(new URL("children/perform-audit.ts", import.meta.url));
const IDLE = "2026-01-01T00:00:00Z";

interface AwsCall {
  readonly operation: string;
  readonly about: string;
}

describe("the user audit against the sandbox's AWS", () => {
  let database: TestDatabase;
  let sandbox: Sandbox;
  beforeAll(async () => {
    [database, sandbox] = await Promise.all([testDatabase(), startSandbox({ env: { SANDBOX_USERS: "240" } })]);
  });
  afterAll(() => Promise.all([database.close(), sandbox.close()]));
  beforeEach(async () => {
    await clearAudit(database.db);
    await askSandbox(sandbox.url, "DELETE", "/aws/calls");
    await askSandbox(sandbox.url, "DELETE", "/mailbox");
  });

  it("gives every audit of the seeded users something to find, and mails it", async () => {
    const known = await askSandbox<Parameters<typeof putPlatformUsers>[1]>(sandbox.url, "GET", "/platform-users");
    await putPlatformUsers(database.db, known);
    // The sandbox ages its users by today's date.
    const clock = manualClock(new Date());
    for (const task of AUDIT_TYPES)
      for (const platform of ["US", "EU"]) {
        const args = { platform, recipients: ["audit@example.com"] };
        const { context } = startTaskRun(database.db, sandboxGateways(sandbox.url), { args, clock });
        const counts = await ecomnowHandlers[task](context);
        expect(counts).toMatchObject({ listed: 240, mails: { sent: 1 } });
        expect(Number(counts["found"])).toBeGreaterThan(0);
      }
    const mails = await askSandbox<{ subject: string }[]>(sandbox.url, "GET", "/mailbox");
    expect(mails).toHaveLength(6);
  });

  it.each(["after disable", "after delete", "before mail", "after mail"])(
    "is killed with SIGKILL %s, and the next attempt ends each action once in effect",
    async (moment) => {
      const aws = fakeAws();
      for (const name of ["disable", "enable", "delete", "remind", "both"])
        aws.put(name, { enabled: name !== "enable" });
      const users = [...aws.users.values()].map((user) => ({ ...user, createdAt: user.createdAt.toISOString() }));
      await askSandbox(sandbox.url, "PUT", "/cognito/users", { users });
      const idle = ["remind", "both"].map((username) => ({ username, lastLoginAt: IDLE }));
      await putPlatformUsers(database.db, idle);
      await putChoice(database.db, aws, { username: "disable", action: "DISABLE_IN_AWS" });
      await putChoice(database.db, aws, { username: "enable", action: "ENABLE_IN_AWS" });
      await putChoice(database.db, aws, { username: "delete", action: "DELETE_FROM_AWS" });
      const auditType = "UserNotLoggedInPlatform";
      await putChoice(database.db, aws, { username: "remind", action: "REMINDER_SENT", auditType });
      await putChoice(database.db, aws, { username: "both", action: "DELETE_FROM_AWS_AND_DB", auditType });

      const id = randomUUID();
      expect(await attempt(id, 1, moment)).toBe("SIGKILL");
      expect(await attempt(id, 2, "")).toBeNull();

      const calls = (await askSandbox<AwsCall[]>(sandbox.url, "GET", "/aws/calls")).filter(
        ({ operation }) => operation !== "AdminGetUser",
      );
      const actions = calls.filter(({ operation }) => operation.startsWith("Admin"));
      expect(actions.map(({ operation, about }) => `${operation} ${about}`).sort()).toEqual([
        "AdminDeleteUser both",
        "AdminDeleteUser delete",
        "AdminDisableUser disable",
        "AdminEnableUser enable",
      ]);
      const reminder = await database.db.userAudit.findFirstOrThrow({ where: { username: "remind" } });
      const others = await database.db.userAudit.findMany({ where: { username: { not: "remind" } } });
      expect(others.every(({ actionStatus }) => actionStatus === "DONE")).toBe(true);
      const mails = await askSandbox<{ headers: Record<string, string> }[]>(sandbox.url, "GET", "/mailbox");
      expect(mails.length).toBeLessThanOrEqual(1);
      if (mails.length === 0) expect(reminder.actionStatus).toBe("UNKNOWN");
      else expect(mails[0]!.headers["list-unsubscribe"]).toBe("<https://example.com/out?who=remind%40example.com>");
      expect((await database.db.platformUser.findMany()).map(({ username }) => username)).toEqual(["remind"]);
    },
    120_000,
  );

  /** The signal that ended it; null for an end of its own. */
  function attempt(runId: string, no: number, diesAt: string): Promise<string | null> {
    const args = ["--import", "tsx", CHILD, database.url, sandbox.url, runId, String(no), diesAt];
    return new Promise((resolve, reject) => {
      execFile(process.execPath, args, (error, _, complaints) => {
        if (error === null) resolve(null);
        else if (error.signal) resolve(error.signal);
        else reject(new Error(complaints));
      });
    });
  }
});
