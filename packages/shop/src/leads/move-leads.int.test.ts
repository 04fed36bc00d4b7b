import { openDatabase, type Database } from "@drumline/db";
import { startTaskRun, testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { emptyShop, hoursBefore, NOON, putLead } from "../../test/left-carts.ts";
import { eraseMovedLeads } from "./erase-moved-leads.ts";
import { type LeadsDatabase, openLeadsDatabase } from "./leads-database.ts";
import { moveLeads } from "./move-leads.ts";

const WEEK_AGO = hoursBefore(7 * 24);

describe("leads that are moved to another database", () => {
  let stores: TestDatabase;
  let other: TestDatabase;
  let otherDb: Database;
  let leads: LeadsDatabase;
  beforeAll(async () => {
    stores = await testDatabase();
    other = await testDatabase({ isBlank: true });
    leads = await openLeadsDatabase(other.url);
    otherDb = openDatabase(other.url);
  });
  afterAll(async () => {
    await leads.close();
    await otherDb.$disconnect();
    await other.close();
    await stores.close();
  });
  beforeEach(async () => {
    await emptyShop(stores.db);
    await otherDb.$executeRaw`TRUNCATE drumline_lead`;
  });

  const putReminded = (email: string, leftHours = 8 * 24) =>
    putLead(stores.db, { email, leftHours, status: "ENDED", endReason: "REMINDED", endedAt: hoursBefore(1) });
  const move = (target: Pick<LeadsDatabase, "copy"> = leads, dryRun = false) =>
    moveLeads(startTaskRun(stores.db, {}, { dryRun }).context, WEEK_AGO, NOON, target);
  const moved = async () =>
    (await otherDb.$queryRaw<{ email: string }[]>`SELECT email FROM drumline_lead ORDER BY email`).map(
      ({ email }) => email,
    );

  it("are there with all that they are, and here no more", async () => {
    await putReminded("Ada@Example.com");
    expect(await move(leads, true)).toBe(1);
    expect(await moved()).toEqual([]);
    expect(await move()).toBe(1);
    expect(await stores.db.shopLead.count()).toBe(0);
    const [lead] = await otherDb.$queryRaw<object[]>`SELECT * FROM drumline_lead`;
    expect(lead).toMatchObject({
      email: "Ada@Example.com",
      email_key: "ada@example.com",
      consent_text: "Remind me of my cart.",
      end_reason: "REMINDED",
      lines: [{ sku: "MUG", title: "A MUG", quantity: 2, priceMinor: "1250" }],
      abandoned_at: hoursBefore(8 * 24),
      moved_at: NOON,
    });
  });

  it("are those that came to nothing, and nothing waits for them here", async () => {
    await putLead(stores.db, { leftHours: 200 });
    await putLead(stores.db, { leftHours: 200, status: "BOUGHT" });
    await putLead(stores.db, { leftHours: 200, status: "ENDED", endReason: "UNSUBSCRIBED", endedAt: hoursBefore(1) });
    await putReminded("young@example.com", 6 * 24);
    const linked = await putReminded("linked@example.com");
    const link = { tokenHash: "h", leadId: linked, createdAt: NOON, expiresAt: hoursBefore(-1) };
    await stores.db.shopRestoreLink.create({ data: link });
    expect(await move()).toBe(0);
    expect(await stores.db.shopLead.count()).toBe(5);
  });

  it("are neither doubled nor lost when the process ends between the two databases", async () => {
    for (const email of ["a@example.com", "b@example.com", "c@example.com"]) await putReminded(email);
    const copyAndDie = async (...args: Parameters<LeadsDatabase["copy"]>) => {
      await leads.copy(...args);
      throw new Error("killed");
    };
    await expect(move({ copy: copyAndDie })).rejects.toThrow("killed");
    expect([await moved(), await stores.db.shopLead.count()]).toEqual([
      ["a@example.com", "b@example.com", "c@example.com"],
      3,
    ]);
    expect(await move()).toBe(3);
    expect([await moved(), await stores.db.shopLead.count()]).toEqual([
      ["a@example.com", "b@example.com", "c@example.com"],
      0,
    ]);
  });

  it("are reached by an erasure, and counted by its dry run", async () => {
    await putReminded("Ada@Example.com");
    await putReminded("bob@example.com");
    await move();
    const env = { SHOP_LEADS_DATABASE_URL: other.url };
    expect(await eraseMovedLeads(env, { email: " ADA@example.com", isDryRun: true })).toBe(1);
    expect(await eraseMovedLeads(env, { email: " ADA@example.com", isDryRun: false })).toBe(1);
    expect(await moved()).toEqual(["bob@example.com"]);
    expect(await eraseMovedLeads({}, { email: "bob@example.com", isDryRun: false })).toBe(0);
  });

  it("stay here when the other database does not answer, with a message that says what to look at", async () => {
    await expect(openLeadsDatabase("postgres://nobody:secret@127.0.0.1:1/none")).rejects.toThrow(
      /database of leads at postgres:\/\/.*127\.0\.0\.1:1.*SHOP_LEADS_DATABASE_URL/,
    );
    await expect(openLeadsDatabase("postgres://nobody:secret@127.0.0.1:1/none")).rejects.not.toThrow(/secret/);
  });
});
