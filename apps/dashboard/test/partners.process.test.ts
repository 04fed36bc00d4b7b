import { randomUUID } from "node:crypto";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { TestDatabase } from "@drumline/testing";

import { seedHeartbeats } from "./heartbeats.ts";
import { findBarriers, hasBrowser, overflowOf, shoot, VIEWS } from "./browser.ts";
import { type ServedDashboard, serveDashboard, TOKEN } from "./served-dashboard.ts";

async function seedPartners(database: TestDatabase): Promise<void> {
  const { db } = database;
  await seedHeartbeats(database);
  const vendor = await db.ecomnowVendor.create({ data: { code: "nord", name: "Nord Wholesale", kind: "STOCK" } });
  await db.apiStatus.create({
    data: { name: "Carrier gateway", url: "https://carrier.example/health", state: "DOWN", consecutiveFailures: 4 },
  });
  for (const [subject, status] of [
    ["User audit: 14 found", "SENT"],
    ["Carrier gateway is down", "UNKNOWN"],
  ] as const)
    await db.mail.create({
      data: {
        id: randomUUID(),
        key: `${vendor.code} ${subject}`,
        kind: "api-status",
        recipient: "ops@example.com",
        subject,
        textBody: "",
        status,
        createdAt: new Date(),
      },
    });
}

const PAGES = [
  { name: "vendors", path: "/partners/vendors", shows: "Nord Wholesale" },
  { name: "vendor", path: "/partners/vendors?id=1", shows: "May shrink by, in percent" },
  { name: "clients-none", path: "/partners/clients", shows: "No clients yet" },
  { name: "watched-apis", path: "/partners/watched-apis", shows: "Carrier gateway" },
  { name: "mails", path: "/mails", shows: "Carrier gateway is down" },
] as const;

(hasBrowser ? describe : describe.skip)("partners and mails, in a browser", () => {
  let served: ServedDashboard;
  beforeAll(async () => {
    served = await serveDashboard(seedPartners);
  }, 600_000);
  afterAll(() => served.close());
  const view = VIEWS[0]!;

  describe.each(VIEWS)("$scheme, $width px wide", (at) => {
    it.each(PAGES)("show $name without an error, a barrier or a sideways scroll", async ({ name, path, shows }) => {
      const { page, errors, close } = await served.open(at);
      await page.goto(path);
      await page.getByText(shows).first().waitFor();
      await shoot(page, name, at);
      expect(await findBarriers(page)).toEqual([]);
      expect(await overflowOf(page)).toBe(0);
      expect(errors).toEqual([]);
      await close();
    });
  });

  it("show what somebody else has saved meanwhile, and save over it only when told so", async () => {
    const { page, close } = await served.open(view);
    await page.goto("/partners/vendors");
    await page.getByText("Nord Wholesale").click();
    await page.getByLabel("Name", { exact: true }).fill("Nord and Sons");
    const before = await served.database.db.ecomnowVendor.findFirstOrThrow();
    await fetch(`${served.address}/api/v1/vendors/${before.id}`, {
      method: "PATCH",
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify({ maxBadPercent: 9, version: before.version }),
    });
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Somebody else has changed it meanwhile.").waitFor();
    await shoot(page, "vendor-conflict", view);
    expect((await served.database.db.ecomnowVendor.findFirstOrThrow()).name).toBe("Nord Wholesale");
    await page.getByRole("button", { name: "Keep my changes" }).click();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Nord and Sons is saved").waitFor();
    expect(await served.database.db.ecomnowVendor.findFirstOrThrow()).toMatchObject({
      name: "Nord and Sons",
      maxBadPercent: 9,
    });
    await close();
  });

  it("name the field that was refused", async () => {
    const { page, close } = await served.open(view);
    await page.goto("/partners/vendors?id=1");
    await page.getByLabel("Bad lines at most, in percent").fill("900");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText(/100/).first().waitFor();
    expect(await page.getByRole("dialog").textContent()).toContain("100");
    await close();
  });

  it("let a person say what became of a mail of which nobody knows", async () => {
    const { page, errors, close } = await served.open(view);
    await page.goto("/mails?status=UNKNOWN");
    await page.getByRole("button", { name: "It was sent" }).click();
    await page.getByText("It counts as sent").waitFor();
    expect(await served.database.db.mail.count({ where: { status: "UNKNOWN" } })).toBe(0);
    expect(errors).toEqual([]);
    await close();
  });
});
