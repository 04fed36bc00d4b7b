import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { findBarriers, hasBrowser, overflowOf, shoot, VIEWS } from "./browser.ts";
import { goToRow, pressUntil } from "./keyboard.ts";
import { seedOrders } from "./order-rows.ts";
import { type ServedDashboard, serveDashboard } from "./served-dashboard.ts";

const PAGES = [
  { name: "orders", path: "/orders", shows: "W1020" },
  { name: "orders-none", path: "/orders?find=NOTHING", shows: "No orders match this filter" },
  { name: "order", path: "/orders/W2001", shows: "W2001P2" },
  { name: "order-missing", path: "/orders/none", shows: "cannot be shown", fails: true },
  { name: "order-why", path: "/orders/W2001/attempts/1", shows: "What would have changed it" },
] as const;

const SENTENCE = "3 of 4 units planned at IST-01; 1 × GR-14 short:";

(hasBrowser ? describe : describe.skip)("orders, in a browser", () => {
  let served: ServedDashboard;
  beforeAll(async () => {
    served = await serveDashboard(seedOrders);
  }, 600_000);
  afterAll(() => served.close());

  describe.each(VIEWS)("$scheme, $width px wide", (view) => {
    it.each(PAGES)(
      "show $name without an error, a barrier or a sideways scroll",
      async ({ name, path, shows, ...rest }) => {
        const { page, errors, close } = await served.open(view);
        await page.goto(path);
        await page.getByText(shows).first().waitFor();
        await shoot(page, name, view);
        expect(await findBarriers(page)).toEqual([]);
        expect(await overflowOf(page)).toBe(0);
        if (!("fails" in rest)) expect(errors).toEqual([]);
        await close();
      },
    );
  });

  const view = VIEWS[0]!;

  it("tell by mouse why an order was not planned", async () => {
    const { page, errors, close } = await served.open(view);
    await page.goto("/");
    await page.getByRole("link", { name: "Orders" }).first().click();
    await page.getByRole("textbox", { name: "Filter" }).click();
    await page.getByRole("option", { name: /^short:/ }).click();
    await page.getByRole("option", { name: "short:true" }).click();
    await page.getByRole("link", { name: "W2001" }).click();
    await page.getByRole("button", { name: "Why is it short?" }).click();
    await page.getByText(SENTENCE).waitFor();
    const row = page.getByRole("row", { name: /ANK-01/ });
    expect(await row.textContent()).toContain("the discrepancy of GR-14 is cleared");
    await page.getByRole("button", { name: "Next attempt" }).isDisabled();
    expect(errors).toEqual([]);
    await close();
  });

  it("tell by keyboard why an order was not planned", async () => {
    const { page, errors, close } = await served.open(view);
    await page.goto("/");
    await page.getByRole("heading", { level: 1 }).waitFor();
    await pressUntil(page, ["g", "d"], page.getByRole("heading", { name: "Orders" }));
    // Only what has been there can be filtered away.
    await page.getByText("W1020").waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("short:true");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    await page.getByText("W1020").waitFor({ state: "detached" });
    await goToRow(page, "W2001");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Why is it short?" }).waitFor();
    await page.keyboard.press("w");
    await page.getByText(SENTENCE).waitFor();
    await page.keyboard.press("u");
    await page.getByRole("heading", { name: "Order W2001" }).waitFor();
    expect(errors).toEqual([]);
    await close();
  });

  it("keep in the address which lanes are left out, and open the page as it was", async () => {
    const { page, close } = await served.open(view);
    await page.goto("/orders/W2001");
    await page.getByRole("button", { name: /^Webhooks/ }).click();
    await page.waitForURL(/hide=webhook/);
    await page.getByText("package.created to shop").waitFor({ state: "detached" });
    await page.reload();
    await page.getByRole("button", { name: /^Webhooks/, pressed: false }).waitFor();
    expect(await page.getByText("package.created to shop").count()).toBe(0);
    await close();
  });

  it("leave what is only good on a screen out of print", async () => {
    const { page, close } = await served.open(view);
    await page.goto("/orders/W2001");
    await page.getByText("W2001P2").first().waitFor();
    await page.emulateMedia({ media: "print" });
    expect(await page.getByRole("button", { name: "Print" }).isVisible()).toBe(false);
    expect(await page.getByText("Burr set, 64 mm").isVisible()).toBe(true);
    await shoot(page, "order-print", view);
    await close();
  });
});
