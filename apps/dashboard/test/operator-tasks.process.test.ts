import { randomUUID } from "node:crypto";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { PATIENCE, untilTrue } from "@drumline/testing";
import type { Page } from "playwright-core";

import { findBarriers, hasBrowser, VIEWS } from "./browser.ts";
import { goToRow, pressUntil, tabTo } from "./keyboard.ts";
import { CAUSE, FAILED_OF_CAUSE, seedLedger } from "./seed-ledger.ts";
import { type ServedDashboard, serveDashboard } from "./served-dashboard.ts";

const VIEW = VIEWS[0]!;
const MINUTE_MS = 60_000;

/** What an operator must find by himself, each in under a minute. */
(hasBrowser ? describe : describe.skip)("an operator who sees the dashboard for the first time", () => {
  let served: ServedDashboard;
  beforeAll(async () => {
    served = await serveDashboard(seedLedger);
  }, 600_000);
  afterAll(() => served.close());

  const inUnderMinute = async (work: (page: Page) => Promise<void>) => {
    const { page, errors, close } = await served.open(VIEW);
    await page.goto("/schedules");
    await page.getByText("nightly-refunds").waitFor();
    const begin = performance.now();
    await work(page);
    expect(performance.now() - begin).toBeLessThan(MINUTE_MS * PATIENCE);
    // No beat lives here, which the health that the header asks for says by its status.
    expect(errors.filter((error) => !error.includes("/health/ready"))).toEqual([]);
    await close();
  };
  const scheduleOf = (key: string) => served.database.db.schedule.findUniqueOrThrow({ where: { key } });
  const retries = () =>
    served.database.db.run.count({
      where: { origin: "MANUAL", task: "UserNotLoggedInPlatform" },
    });

  describe("pauses a schedule until tomorrow, with a reason", () => {
    const expectPaused = async (page: Page, key: string, reason: string) => {
      await page
        .getByText(new RegExp(`paused by .* until .*09:00: ${reason}`))
        .first()
        .waitFor();
      const { pausedReason, pausedUntil } = await scheduleOf(key);
      const until = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Berlin", hour: "2-digit", minute: "2-digit" });
      expect([pausedReason, until.format(pausedUntil!)]).toEqual([reason, "09:00"]);
      const aheadMs = pausedUntil!.getTime() - Date.now();
      expect(aheadMs).toBeGreaterThan(0);
      expect(aheadMs).toBeLessThan(34 * 60 * MINUTE_MS);
    };

    it("by mouse", () =>
      inUnderMinute(async (page) => {
        await page.getByRole("link", { name: "Schedules" }).click();
        await page.getByRole("button", { name: "Actions for fulfil-waiting-orders" }).click();
        await page.getByRole("menuitem", { name: /^Pause/ }).click();
        await page.getByLabel("Why").fill("stocktaking");
        await page.getByLabel("Tomorrow 09:00").check();
        await page.getByRole("button", { name: "Pause", exact: true }).click();
        await expectPaused(page, "fulfil-waiting-orders", "stocktaking");
      }));

    it("by keyboard", () =>
      inUnderMinute(async (page) => {
        await page.getByText("fulfil-waiting-orders").waitFor();
        await page.keyboard.press("/");
        await page.keyboard.type("nightly");
        await page.getByText("fulfil-waiting-orders").waitFor({ state: "detached" });
        await page.keyboard.press("Escape");
        await goToRow(page, "nightly-refunds");
        await page.keyboard.press("p");
        await page.locator("[role=dialog] :focus").waitFor();
        await page.keyboard.type("bank holiday");
        await page.keyboard.press("Enter");
        await expectPaused(page, "nightly-refunds", "bank holiday");
      }));
  });

  describe("retries all failures of one error", () => {
    const expectRetried = async (page: Page, before: number) => {
      await page.getByText("started once more").waitFor();
      await untilTrue(async () => (await retries()) === before + FAILED_OF_CAUSE, {
        what: "each failed run has been started once more",
      });
    };

    it("by mouse", () =>
      inUnderMinute(async (page) => {
        const before = await retries();
        await page.getByRole("link", { name: "Runs", exact: true }).click();
        await page.getByText("Failures by cause").click();
        await page.getByText(CAUSE).waitFor();
        await page.getByRole("button", { name: `Retry all ${FAILED_OF_CAUSE}` }).click();
        await page.getByRole("button", { name: `Retry ${FAILED_OF_CAUSE}`, exact: true }).click();
        await expectRetried(page, before);
      }));

    it("by keyboard", () =>
      inUnderMinute(async (page) => {
        // Those of the mouse wait, and a run that waits is not started twice.
        await served.database.db.run.deleteMany({ where: { origin: "MANUAL" } });
        await pressUntil(page, ["g", "r"], page.getByText("One by one"));
        await tabTo(page, "One by one");
        await page.keyboard.press("ArrowRight");
        await page.getByText(CAUSE).waitFor();
        await tabTo(page, `Retry all ${FAILED_OF_CAUSE}`);
        await page.keyboard.press("Enter");
        await page.getByRole("dialog").getByText("can be retried").waitFor();
        await tabTo(page, `Retry ${FAILED_OF_CAUSE}`);
        await page.keyboard.press("Enter");
        await expectRetried(page, 0);
      }));
  });

  describe("changes a timing, and sees its next five runs before it is saved", () => {
    const expectPreview = async (page: Page, clock: string) => {
      const preview = page.getByRole("region", { name: "Preview" });
      await preview.getByText(`Runs at ${clock}`).waitFor();
      const instants = await preview.locator("tbody tr td:first-child").allTextContents();
      expect(instants).toHaveLength(5);
      for (const instant of instants) expect(instant).toContain(`${clock}:00`);
      await preview.getByText("1 more, 1 fewer").waitFor();
    };

    it("by mouse", () =>
      inUnderMinute(async (page) => {
        await page.getByRole("link", { name: "Schedules" }).click();
        await page.getByRole("link", { name: "nightly-refunds" }).click();
        await page.getByRole("link", { name: "Change timing" }).click();
        await page.getByLabel("hour", { exact: true }).fill("5");
        await expectPreview(page, "05:30");
        await page.getByRole("button", { name: "Save" }).click();
        await page.getByText("nightly-refunds is saved").waitFor();
        expect((await scheduleOf("nightly-refunds")).crontab).toBe("30 5 * * *");
      }));

    it("by keyboard", () =>
      inUnderMinute(async (page) => {
        await page.getByText("fulfil-waiting-orders").waitFor();
        await page.keyboard.press("/");
        await page.keyboard.type("nightly");
        await page.getByText("fulfil-waiting-orders").waitFor({ state: "detached" });
        await page.keyboard.press("Escape");
        await goToRow(page, "nightly-refunds");
        await page.keyboard.press("e");
        await page.getByLabel("hour", { exact: true }).waitFor();
        await tabTo(page, "hour");
        await page.keyboard.press("ControlOrMeta+a");
        await page.keyboard.type("6");
        await expectPreview(page, "06:30");
        await page.keyboard.press("Enter");
        await page.getByText("nightly-refunds is saved").waitFor();
        expect((await scheduleOf("nightly-refunds")).crontab).toBe("30 6 * * *");
      }));
  });

  it("folds an area away for this browser, and finds its schedules by their name all the same", () =>
    inUnderMinute(async (page) => {
      const row = page.locator("tr[data-key=not-logged-in]");
      const fold = page.getByRole("button", { name: /^eComNow/ });
      await row.waitFor();
      await fold.click();
      await row.waitFor({ state: "detached" });
      await page.reload();
      await page.locator("tr[data-key=stock-of-the-shop]").waitFor();
      expect([await row.count(), await fold.getAttribute("aria-expanded")]).toEqual([0, "false"]);
      expect(await findBarriers(page)).toEqual([]);
      await page.getByRole("searchbox", { name: "Filter schedules" }).fill("not-logged");
      await row.waitFor();
      await page.getByRole("searchbox", { name: "Filter schedules" }).fill("");
      await fold.click();
      await row.waitFor();
    }));

  it("keeps a filter by a name, goes back to it, and forgets it", () =>
    inUnderMinute(async (page) => {
      const views = page.getByRole("button", { name: "Views" });
      const kept = page.getByRole("button", { name: "what is off" });
      await page.goto("/schedules?state=off");
      await page.locator("tr[data-key=inactive-products]").waitFor();
      await views.click();
      await page.getByRole("menuitem", { name: "Keep this filter…" }).click();
      await page.getByRole("dialog").getByLabel("Name").fill("what is off");
      await page.keyboard.press("Enter");
      await kept.waitFor();
      await page.goto("/schedules");
      await page.locator("tr[data-key=stock-of-the-shop]").waitFor();
      await views.click();
      await page.getByRole("menuitem", { name: "what is off" }).click();
      await page.waitForURL("**/schedules?state=off");
      await kept.click();
      await page.getByRole("menuitem", { name: "Forget what is off" }).click();
      await views.waitFor();
    }));

  it("is told before saving that runs would meet each other, and those of another schedule", () =>
    inUnderMinute(async (page) => {
      const { db } = served.database;
      const { id } = await scheduleOf("stock-of-the-shop");
      await db.$executeRaw`
        UPDATE run SET finished_at = started_at + interval '20 minutes'
        WHERE schedule_id = ${id}::uuid AND status = 'FINISHED'`;
      const { key: _key, id: _id, ...same } = await scheduleOf("stock-of-the-shop");
      await db.schedule.create({
        data: { ...same, id: randomUUID(), key: "stock-twice", name: "stock-twice", args: {} },
      });
      await page.goto("/schedules/stock-of-the-shop/edit");
      const preview = page.getByRole("region", { name: "Preview" });
      await preview.getByText(/due again after 10 m.*took up to 20 m.*what is due meanwhile is skipped/).waitFor();
      await preview.getByText(/stock-twice runs the same task at the same instants, 1\d\d times/).waitFor();
      expect(await findBarriers(page)).toEqual([]);
      await page.getByLabel("Every", { exact: true }).fill("25");
      await preview.getByText(/due again after/).waitFor({ state: "detached" });
      await db.schedule.delete({ where: { key: "stock-twice" } });
    }));

  it("is shown what somebody else saved meanwhile, and loses nothing", async () => {
    const { page, errors, close } = await served.open(VIEW);
    await page.goto("/schedules/stock-of-the-shop/edit");
    await page.getByText("Runs every 10 minutes").waitFor();
    const { version } = await scheduleOf("stock-of-the-shop");
    await served.database.db.schedule.update({
      where: { key: "stock-of-the-shop" },
      data: { retries: 7, version: version + 1 },
    });
    await page.getByLabel("Every", { exact: true }).fill("20");
    await page.getByText("Runs every 20 minutes").waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    const notice = page.getByRole("alert", { name: "Changed meanwhile" });
    await notice.getByText("retries").waitFor();
    await notice.getByRole("button", { name: "Save mine over it" }).click();
    await page.getByText("stock-of-the-shop is saved").waitFor();
    expect(await scheduleOf("stock-of-the-shop")).toMatchObject({ everyMs: 1_200_000n });
    // The browser writes down every answer that is no success, the 409 that was meant too.
    expect(errors.filter((error) => !/409|health.ready/.test(error))).toEqual([]);
    await close();
  });
});
