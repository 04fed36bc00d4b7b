import { afterAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { Page } from "playwright-core";

import { seedFindings } from "./audit-rows.ts";
import { findBarriers, hasBrowser, overflowOf, shoot, VIEWS } from "./browser.ts";
import { type ServedDashboard, serveDashboard } from "./served-dashboard.ts";

const view = VIEWS[0]!;

(hasBrowser ? describe : describe.skip)("the user audit, in a browser", () => {
  let served: ServedDashboard | undefined;
  beforeEach(async () => {
    if (served === undefined) return void (served = await serveDashboard(seedFindings));
    const { db } = served.database;
    await db.userAuditChange.deleteMany();
    await db.userAudit.deleteMany();
    await db.userAuditCycle.deleteMany();
    await db.run.deleteMany();
    await seedFindings(served.database);
  }, 600_000);
  afterAll(() => served?.close());

  const open = async (path = "/user-audit", at = view) => {
    const opened = await served!.open(at);
    await opened.page.goto(path);
    await opened.page.getByText("user-12", { exact: true }).waitFor();
    return opened;
  };
  const lane = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
  const decidedIn = () =>
    served!.database.db.userAudit.findMany({
      where: { actionStatus: "PENDING" },
      select: { username: true, action: true, actionSetBy: true },
      orderBy: { id: "asc" },
    });

  it.each(VIEWS)(
    "shows its lanes in $scheme, $width px wide, without an error, a barrier or a sideways scroll",
    async (at) => {
      const { page, errors, close } = await open("/user-audit", at);
      await shoot(page, "user-audit", at);
      expect(await findBarriers(page)).toEqual([]);
      expect(await overflowOf(page)).toBe(0);
      if (at.width === 1280) {
        await page.getByRole("button", { name: "Preview and apply" }).click();
        await page.getByRole("button", { name: "Apply 1", exact: true }).waitFor();
        await shoot(page, "user-audit-preview", at);
        expect(await findBarriers(page)).toEqual([]);
      }
      expect(errors).toEqual([]);
      await close();
    },
  );

  it("lets ten findings be decided and applied by keyboard alone", async () => {
    const { page, errors, close } = await open();
    await page.keyboard.press("j");
    for (let count = 1; count <= 10; count += 1) await page.keyboard.press("1");
    await lane(page, "Decided").getByText("11", { exact: true }).waitFor();
    await page.keyboard.press("a");
    await page.getByRole("button", { name: "Apply 11", exact: true }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("Applying 11 decisions").waitFor();
    const decided = await decidedIn();
    expect(decided.filter(({ action }) => action === "DISABLE_IN_AWS")).toHaveLength(11);
    expect(await served!.database.db.run.count({ where: { task: "PerformUserAudit" } })).toBe(1);
    expect(errors).toEqual([]);
    await close();
  });

  it("lets ten findings be decided and applied by mouse alone, ten at once, each signed", async () => {
    const { page, errors, close } = await open();
    for (let at = 12; at >= 3; at -= 1)
      await page.getByRole("checkbox", { name: `Select user-${String(at).padStart(2, "0")}` }).click();
    const bar = page.getByRole("region", { name: "Selected rows" });
    await bar.getByText("10 selected").waitFor();
    await bar.getByRole("button", { name: "Delete in AWS" }).click();
    await page.getByText("10 × Delete in AWS").waitFor();
    await page.getByRole("button", { name: "Preview and apply" }).click();
    await page.getByText("10 of them are deleted, which cannot be undone.").waitFor();
    await page.getByRole("button", { name: "Apply 11", exact: true }).click();
    await page.getByText("Applying 11 decisions").waitFor();
    const decided = (await decidedIn()).filter(({ action }) => action === "DELETE_FROM_AWS");
    expect(decided).toHaveLength(10);
    expect(new Set(decided.map(({ actionSetBy }) => actionSetBy))).toEqual(new Set(["API_ADMIN_TOKEN"]));
    expect(await served!.database.db.run.count({ where: { task: "PerformUserAudit" } })).toBe(1);
    expect(errors).toEqual([]);
    await close();
  });

  it("takes a choice back, and shows what was changed by another person meanwhile", async () => {
    const { page, close } = await open();
    const card = page.getByRole("group", { name: "What to do about user-12" });
    await card.getByRole("button", { name: /Disable/ }).click();
    await card.getByRole("button", { name: /Disable/, pressed: true }).click();
    await card.getByRole("button", { name: /Disable/, pressed: false }).waitFor();
    await served!.database.db.userAudit.updateMany({
      where: { username: "user-11" },
      data: { version: { increment: 1 } },
    });
    await page
      .getByRole("group", { name: "What to do about user-11" })
      .getByRole("button", { name: /Disable/ })
      .click();
    await page.getByText("It has changed since it was looked at").waitFor();
    expect((await decidedIn()).map(({ username }) => username)).toEqual(["user-13"]);
    await close();
  });
});
