import { randomUUID } from "node:crypto";

import { startTaskRun, testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { identifyUsers } from "../src/user-audit/identify-users.ts";
import { performUserAudit } from "../src/user-audit/perform/perform-user-audit.ts";
import { clearAudit, putChoice, putPlatformUsers } from "./audited-users.ts";
import { startCrashingProcess } from "./crash.ts";
import { type FakeAws, fakeAws } from "./fake-aws.ts";

const MOST_STEPS = 1_000;
const IDLE = "2026-01-01T00:00:00Z";

describe("kill -9 at every step", () => {
  let database: TestDatabase;
  let aws: FakeAws;
  beforeAll(async () => {
    database = await testDatabase();
  });
  beforeEach(() => begin());
  afterAll(() => database.close());

  async function begin(): Promise<void> {
    await clearAudit(database.db);
    aws = fakeAws();
  }

  type Handler = (context: never) => Promise<unknown>;
  /** True where it died before it was done. */
  async function runUntil(diesAt: number, handler: Handler, args: object, run: { id: string; attempt: number }) {
    const crashing = startCrashingProcess(database.url, aws.gateways(), diesAt);
    const { context } = startTaskRun(crashing.db, crashing.gateways, { args, run });
    const work = handler(context as never).then(() => false);
    // It is left behind; what becomes of it when its connections end is nobody's concern.
    work.catch(() => undefined);
    const died = await Promise.race([work, crashing.dead.then(() => true)]);
    await crashing.disconnect(database.db);
    return died;
  }

  async function putOneOfEach(): Promise<void> {
    for (const name of ["disable", "enable", "delete", "remind", "db", "both"])
      aws.put(name, { enabled: name !== "enable" });
    await putPlatformUsers(
      database.db,
      ["remind", "db", "both"].map((username) => ({ username, lastLoginAt: IDLE })),
    );
    const idle = { auditType: "UserNotLoggedInPlatform" } as const;
    await putChoice(database.db, aws, { username: "disable", action: "DISABLE_IN_AWS" });
    await putChoice(database.db, aws, { username: "enable", action: "ENABLE_IN_AWS" });
    await putChoice(database.db, aws, { username: "delete", action: "DELETE_FROM_AWS" });
    await putChoice(database.db, aws, { username: "remind", action: "REMINDER_SENT", ...idle });
    await putChoice(database.db, aws, { username: "db", action: "DELETE_FROM_DB", ...idle });
    await putChoice(database.db, aws, { username: "both", action: "DELETE_FROM_AWS_AND_DB", ...idle });
  }

  async function expectEachDoneOnce(): Promise<void> {
    const mailed = aws.effects.filter((effect) => effect.startsWith("mail"));
    const actions = aws.effects.filter((effect) => !effect.startsWith("mail"));
    expect(actions.sort()).toEqual(["delete both", "delete delete", "disable disable", "enable enable"]);
    expect((await database.db.platformUser.findMany()).map(({ username }) => username)).toEqual(["remind"]);
    const findings = await database.db.userAudit.findMany({ orderBy: { id: "asc" } });
    const [reminder] = findings.splice(3, 1);
    expect(findings.map(({ username, actionStatus }) => [username, actionStatus])).toEqual(
      ["disable", "enable", "delete", "db", "both"].map((name) => [name, "DONE"]),
    );
    // One mail at most; none only where the record says that nobody knows.
    expect(mailed.length).toBeLessThanOrEqual(1);
    expect(reminder!.actionStatus).toMatch(mailed.length === 0 ? /^UNKNOWN$/ : /^(DONE|UNKNOWN)$/);
    const log = await database.db.stateTransitionLog.findMany();
    expect(log.map(({ command }) => command).sort()).toEqual([
      "DELETE_FROM_AWS",
      "DELETE_FROM_AWS_AND_DB",
      "DELETE_FROM_DB",
      "DISABLE_IN_AWS",
      "ENABLE_IN_AWS",
      "REMINDER_SENT",
    ]);
  }

  it("performs each action once in effect, loses none, and mails nobody twice", async () => {
    let died = true;
    let steps = 0;
    for (; died && steps < MOST_STEPS; steps += 1) {
      await begin();
      await putOneOfEach();
      const id = randomUUID();
      died = await runUntil(steps + 1, performUserAudit, {}, { id, attempt: 1 });
      await performUserAudit(startTaskRun(database.db, aws.gateways(), { args: {}, run: { id, attempt: 2 } }).context);
      await expectEachDoneOnce();
    }
    expect(steps).toBeGreaterThan(60);
    expect(died).toBe(false);
  }, 600_000);

  it("does so as well when it is killed twice", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 70 }), async (first, second) => {
        await begin();
        await putOneOfEach();
        const id = randomUUID();
        await runUntil(first, performUserAudit, {}, { id, attempt: 1 });
        await runUntil(second, performUserAudit, {}, { id, attempt: 2 });
        await performUserAudit(
          startTaskRun(database.db, aws.gateways(), { args: {}, run: { id, attempt: 3 } }).context,
        );
        await expectEachDoneOnce();
      }),
      { numRuns: 10 },
    );
  }, 600_000);

  it("identifies each user once and sends each person one digest at most", async () => {
    const audit = identifyUsers("UserNoLongerInPlatform");
    const args = { platform: "EU", recipients: ["a@example.com", "b@example.com"] };
    let died = true;
    let steps = 0;
    for (; died && steps < MOST_STEPS; steps += 1) {
      await begin();
      for (let no = 0; no < 4; no += 1) aws.put(`user-${no}`);
      const id = randomUUID();
      died = await runUntil(steps + 1, audit, args, { id, attempt: 1 });
      await audit(startTaskRun(database.db, aws.gateways(), { args, run: { id, attempt: 2 } }).context);
      expect(await database.db.userAudit.count()).toBe(4);
      expect(await database.db.userAuditCycle.count()).toBe(1);
      expect(await database.db.userAuditCandidate.count()).toBe(0);
      const mails = await database.db.mail.findMany({ orderBy: { key: "asc" } });
      expect(mails).toHaveLength(2);
      for (const { recipient, status } of mails) {
        const sent = aws.effects.filter((effect) => effect === `mail ${recipient}`).length;
        expect([sent, status]).toEqual(status === "SENT" ? [1, "SENT"] : [Math.min(sent, 1), "UNKNOWN"]);
      }
    }
    expect(steps).toBeGreaterThan(20);
    expect(died).toBe(false);
  }, 600_000);
});
