import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { findBarriers, hasBrowser, overflowOf, shoot, VIEWS } from "./browser.ts";
import { seedShop } from "./seed-shop.ts";
import { type ServedDashboard, serveDashboard } from "./served-dashboard.ts";

/** Every page of the shop, the integration and maintenance, by what is seen once it is there. */
const PAGES = [
  { name: "shop-orders", path: "/shop", shows: "W-1002" },
  { name: "shop-order-held", path: "/shop/orders/1", shows: "Confirm the order" },
  { name: "shop-payments", path: "/shop/payments", shows: "tr_W-1001" },
  { name: "shop-refunds-none", path: "/shop/refunds", shows: "No refunds" },
  { name: "shop-products", path: "/shop/products", shows: "Espresso cup" },
  { name: "shop-product", path: "/shop/products/CUP-01", shows: "Say what happened" },
  { name: "shop-leads-none", path: "/shop/leads", shows: "No leads" },
  { name: "shop-notices", path: "/shop/notices?status=FAILED", shows: "No notices match this filter" },
  { name: "shop-subscriptions", path: "/shop/subscriptions", shows: "No subscriptions" },
  { name: "integration", path: "/integration", shows: "2 failed" },
  { name: "integration-tasks", path: "/integration/tasks", shows: "order-3" },
  { name: "integration-task", path: "/integration/tasks/1", shows: "The record, as it came" },
  { name: "integration-processes", path: "/integration/processes", shows: "No processes" },
  { name: "integration-test", path: "/integration/transformers?transformer=order-to-erp", shows: "What becomes of it" },
  { name: "integration-requests", path: "/integration/requests", shows: "No requests" },
  { name: "maintenance", path: "/maintenance", shows: "Database upgrade" },
] as const;
const DESKTOP = { scheme: "light", width: 1280 } as const;

(hasBrowser ? describe : describe.skip)("the pages of shop, integration and maintenance", () => {
  let served: ServedDashboard;
  beforeAll(async () => {
    served = await serveDashboard(async () => {});
    await seedShop(served.address, served.database);
  }, 600_000);
  afterAll(() => served.close());

  it.each(VIEWS)(
    "open in $scheme at $width px without an error, a barrier or a sideways scroll",
    async (view) => {
      const { page, errors, close } = await served.open(view);
      const found: [string, string[], number][] = [];
      for (const { name, path, shows } of PAGES) {
        await page.goto(path);
        await page.getByText(shows).first().waitFor();
        await shoot(page, name, view);
        found.push([name, await findBarriers(page), await overflowOf(page)]);
      }
      expect(found).toEqual(PAGES.map(({ name }) => [name, [], 0]));
      expect(errors).toEqual([]);
      await close();
    },
    180_000,
  );

  it("settle an order that is held, with a note", async () => {
    const { page, close } = await served.open(DESKTOP);
    await page.goto("/shop?paymentState=HELD");
    await page.getByRole("link", { name: "W-1001" }).click();
    await page.getByLabel("Why").fill("The customer sent the rest by bank");
    await page.getByRole("button", { name: "Confirm the order" }).click();
    await page.getByText("W-1001: it goes on").waitFor();
    await page.getByRole("button", { name: "Confirm the order" }).waitFor({ state: "detached" });
    const order = await served.database.db.shopOrder.findUniqueOrThrow({ where: { reference: "W-1001" } });
    expect([order.status, order.paymentState]).not.toContain("HELD");
    await close();
  }, 600_000);

  it("record what a person counted", async () => {
    const { page, close } = await served.open(DESKTOP);
    await page.goto("/shop/products/BAG-07");
    await page.getByLabel("Pieces that lie there").fill("12");
    await page.getByRole("button", { name: "Record it" }).click();
    await page.getByText("It is on record").waitFor();
    const [told] = await served.database.db.shopMovement.findMany({ where: { sku: "BAG-07" } });
    expect([told?.kind, String(told?.counted), told?.source]).toEqual(["COUNTED", "12", "dashboard"]);
    await close();
  }, 600_000);

  it("retry all failed tasks of a route from its station, and try its transformer on a record", async () => {
    const { page, close } = await served.open(DESKTOP);
    await page.goto("/integration");
    await page.getByRole("link", { name: "2 failed" }).click();
    await page.getByRole("button", { name: "Retry all that match" }).click();
    await page.getByText("They are new again").waitFor();
    expect(await served.database.db.integrationTask.count({ where: { status: "NEW" } })).toBe(3);

    await page.goto("/integration/transformers?transformer=order-to-erp");
    await page.getByRole("button", { name: "Test it" }).click();
    await page.getByText('"pieces": 2').last().waitFor();
    await close();
  }, 600_000);

  it("end a maintenance window, with why", async () => {
    const { page, close } = await served.open(DESKTOP);
    await page.goto("/maintenance");
    await page.getByRole("button", { name: "End it" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Why").fill("done early");
    await dialog.getByRole("button", { name: "End it" }).click();
    await page.getByText("Database upgrade is closed").waitFor();
    const [window] = await served.database.db.maintenanceWindow.findMany();
    expect(window?.closedAt).not.toBeNull();
    await close();
  }, 600_000);
});
