import { untilTrue } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Page } from "playwright-core";

import { findBarriers, hasBrowser } from "./browser.ts";
import { goToRow, pressUntil } from "./keyboard.ts";
import { seedDay } from "./seed-rows.ts";
import { type ServedDashboard, serveDashboard, TOKEN } from "./served-dashboard.ts";

const LARGE = { scheme: "light", width: 1280 } as const;
const PASSWORD = "correct horse battery staple";

(hasBrowser ? describe : describe.skip)("the shell, in a browser", () => {
  let served: ServedDashboard;
  const ask = async (path: string, body: object) => {
    const response = await fetch(`${served.address}/api/v1/${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return (await response.json()) as { id: string; path: string; secret: string };
  };
  beforeAll(async () => {
    served = await serveDashboard(seedDay);
  }, 600_000);
  afterAll(() => served.close());

  it("asks a stranger to sign in, and leads to the page that was wanted", async () => {
    await ask("users", { name: "ada", role: "operator", password: PASSWORD });
    const { page, close } = await served.open(LARGE, null);
    await page.goto("/problems?severity=ERROR");
    await page.locator("input[name=name]").fill("ada");
    await page.locator("input[name=password]").fill("not the password at all");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("alert").waitFor();
    await page.locator("input[name=password]").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByText("D1007").waitFor();
    expect(page.url()).toBe(`${served.address}/problems?severity=ERROR`);
    // An operator makes no users.
    expect(await page.getByRole("link", { name: "Users" }).count()).toBe(0);
    await close();
  });

  it("lets a link in once, and takes it out of the address", async () => {
    const { id } = await ask("users", { name: "grace", role: "viewer" });
    const link = await ask(`users/${id}/link`, {});
    const { page, errors, close } = await served.open(LARGE, null);
    await page.goto(`/${link.path}`);
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    expect(page.url()).toBe(`${served.address}/`);
    // Nobody is signed in before the link is followed, and the browser reports that answer.
    expect(errors.filter((error) => !error.includes("401"))).toEqual([]);
    await page.goto(`/${link.path}`);
    await page.getByRole("alert").waitFor();
    await close();
  });

  it("makes a user with a link and a token with a role, and keeps the dialog where a name is taken", async () => {
    const { page, close } = await served.open(LARGE);
    const dialog = page.getByRole("dialog");
    await page.goto("/users");
    const addUser = async () => {
      await page.getByRole("button", { name: "New user" }).first().click();
      await dialog.getByLabel("Name").fill("linus");
      await dialog.getByRole("button", { name: "Make the user and a link" }).click();
    };
    await addUser();
    expect(await page.locator(".secret").innerText()).toContain("#link=");
    await page.keyboard.press("Escape");
    await page.locator(".secret").waitFor({ state: "hidden" });
    await addUser();
    expect(await dialog.getByRole("alert").innerText()).toContain("linus");
    await dialog.getByRole("button", { name: "Cancel" }).click();

    await page.goto("/tokens");
    await page.getByRole("button", { name: "New token" }).first().click();
    await dialog.getByLabel("Name").fill("store");
    await dialog.getByRole("combobox", { name: "Role" }).click();
    await page.getByRole("option", { name: "operator" }).click();
    await dialog.getByRole("button", { name: "Make the token" }).click();
    expect(await page.locator(".secret").innerText()).toMatch(/^drumline_/);
    const { db } = served.database;
    expect(await db.apiUser.findFirst({ where: { name: "linus" } })).toMatchObject({ role: "viewer" });
    expect(await db.apiToken.findFirst({ where: { name: "store" } })).toMatchObject({ role: "operator" });
    await close();
  });

  it("gives a token another secret, shown once, and the old one ends when it was told to", async () => {
    const { secret } = await ask("tokens", { name: "leaked", role: "viewer" });
    const { page, errors, close } = await served.open(LARGE);
    const dialog = page.getByRole("dialog");
    await page.goto("/tokens");
    await page.getByRole("button", { name: "Rotate leaked" }).click();
    await dialog.getByRole("combobox", { name: "The secret it has is good for" }).click();
    await page.getByRole("option", { name: "not at all" }).click();
    expect(await findBarriers(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Make a new secret" }).click();
    await page.getByText("The new secret of leaked").waitFor();
    const shown = await page.locator(".secret").innerText();
    const statusOf = async (token: string) =>
      (await fetch(`${served.address}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } })).status;
    expect(await statusOf(shown)).toBe(200);
    await untilTrue(async () => (await statusOf(secret)) === 401, { what: "the old secret is refused" });
    await page.keyboard.press("Escape");
    await page.locator(".secret").waitFor({ state: "hidden" });
    expect(await page.content()).not.toContain(shown);
    await page.goto("/security-log?kind=TOKEN_ROTATED");
    await page.getByRole("cell", { name: "leaked" }).waitFor();
    expect(errors).toEqual([]);
    await close();
  });

  it("settles a problem by keyboard, and shows it closed", async () => {
    const { page, errors, close } = await served.open(LARGE);
    await page.goto("/");
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    await pressUntil(page, ["g", "p"], page.getByText("Northwind"));
    await goToRow(page, "Northwind");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Northwind" }).waitFor();
    await page.keyboard.press("e");
    await page.locator("textarea:focus").waitFor();
    await page.keyboard.type("Asked the vendor for a fresh feed.");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByText("Closed", { exact: true }).first().waitFor();
    const row = await served.database.db.problem.findFirst({ where: { subjectKey: "Northwind" } });
    expect(row).toMatchObject({ closedBy: "API_ADMIN_TOKEN", note: "Asked the vendor for a fresh feed." });
    expect(errors).toEqual([]);
    await close();
  });

  it("shows what is set, finds a setting by its words, and keeps a secret", async () => {
    const { page, errors, close } = await served.open(LARGE);
    await page.goto("/settings");
    const row = (key: string) => page.locator(`tr[data-key="${key}"]`);
    await row("LOG_LEVEL").getByText("environment", { exact: true }).waitFor();
    expect(await row("API_ADMIN_TOKEN").innerText()).toContain("set, and not shown");
    expect(await row("WORKER_CONCURRENCY").innerText()).toMatch(/20\s+default/);
    expect(await page.content()).not.toContain(TOKEN);
    await page.keyboard.press("/");
    await page.keyboard.type("omnitron_orders_crontab");
    await row("LOG_LEVEL").waitFor({ state: "detached" });
    await page.getByRole("link", { name: "get-omnitron-orders-cron" }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    expect(errors).toEqual([]);
    await close();
  });

  it("finds a page by the palette, and lists the keys, without a barrier in either", async () => {
    const { page, errors, close } = await served.open({ scheme: "dark", width: 1280 });
    await page.goto("/");
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+k");
    await page.getByPlaceholder("Search or do").fill("audit log");
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Audit log" }).waitFor();
    expect(errors).toEqual([]);
    await close();
  });

  it("makes rows higher where they are wanted so, and remembers it", async () => {
    const { page, errors, close } = await served.open(LARGE);
    await page.goto("/problems");
    const heightOf = async () => (await page.locator("tr[data-key]").first().boundingBox())!.height;
    await page.locator("tr[data-key]").first().waitFor();
    const dense = await heightOf();
    await page.getByRole("button", { name: /^Signed in as/ }).click();
    await page.getByRole("menuitem", { name: "Rows: dense" }).click();
    await page.getByRole("menuitem", { name: /^Colours/ }).click();
    await untilTrue(async () => (await heightOf()) === dense + 8, { what: "rows are comfortable" });
    await page.reload();
    await untilTrue(async () => (await heightOf()) === dense + 8, { what: "they are so after a reload" });
    expect(errors).toEqual([]);
    await close();
  });

  describe("the palette, by keyboard alone", () => {
    const search = async (page: Page, text: string, expected: string | RegExp) => {
      await pressUntil(page, ["Control+k"], page.getByPlaceholder("Search or do"));
      await page.getByPlaceholder("Search or do").fill(text);
      await page.getByRole("option", { name: expected, selected: true }).waitFor();
    };

    it("finds by the beginning of an id, a number or a name what the server has", async () => {
      const { page, errors, close } = await served.open({ scheme: "dark", width: 390 });
      await page.goto("/");
      await page.getByRole("heading", { name: "Overview" }).waitFor();
      const run = await served.database.db.run.findFirstOrThrow({ where: { status: "FAILED" } });
      await search(page, run.id.slice(0, 13), new RegExp(run.id));
      expect(await findBarriers(page)).toEqual([]);
      await page.keyboard.press("Enter");
      await page.waitForURL(`**/runs/${run.id}`);
      await search(page, "d10", /D1007/);
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "D1007" }).waitFor();
      await search(page, "check-watch", /check-watched-apis/);
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "check-watched-apis" }).waitFor();
      await search(page, "get_orders_from", /get_orders_from_omnitron/);
      await page.keyboard.press("Enter");
      await page.waitForURL("**/runs?task=oms.orders.tasks.get_orders_from_omnitron");
      await pressUntil(page, ["Control+k"], page.getByPlaceholder("Search or do"));
      await page.getByPlaceholder("Search or do").fill("no such thing");
      await page.getByText("Nothing has that name or number").waitFor();
      expect(errors).toEqual([]);
      await close();
    });

    it("remembers where somebody was, and nobody else sees it", async () => {
      const { page, close } = await served.open(LARGE);
      await page.goto("/");
      await search(page, "d10", /D1007/);
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "D1007" }).waitFor();
      await pressUntil(page, ["Control+k"], page.getByPlaceholder("Search or do"));
      await page
        .getByRole("group", { name: "Recent" })
        .getByRole("option", { name: "D1007", selected: true })
        .waitFor();
      await page.keyboard.press("Escape");
      await page.evaluate(
        `localStorage.setItem("drumline-recent", localStorage.getItem("drumline-recent").replace("API_ADMIN_TOKEN", "ada"))`,
      );
      await page.reload();
      await pressUntil(page, ["Control+k"], page.getByPlaceholder("Search or do"));
      await page.getByRole("group", { name: "Pages" }).waitFor();
      expect(await page.getByRole("group", { name: "Recent" }).count()).toBe(0);
      await close();
    });

    it("pauses, resumes and runs a schedule, and changes the colours", async () => {
      const { page, errors, close } = await served.open(LARGE);
      const dialog = page.getByRole("dialog", { name: "Pause check-watched-apis" });
      const pausedReason = async () =>
        (await served.database.db.schedule.findUniqueOrThrow({ where: { key: "check-watched-apis" } })).pausedReason;
      await page.goto("/");
      await search(page, "pause check-w", /^Pause check-watched-apis/);
      await page.keyboard.press("Enter");
      await page.locator("[role=dialog] input:focus").waitFor();
      await page.keyboard.type("the api moves");
      await page.keyboard.press("Enter");
      await dialog.waitFor({ state: "detached" });
      await untilTrue(async () => (await pausedReason()) === "the api moves", { what: "it is paused" });
      await search(page, "resume check-w", /^Resume check-watched-apis/);
      await page.keyboard.press("Enter");
      await untilTrue(async () => (await pausedReason()) === null, { what: "it goes on" });
      await search(page, "run check-w", /^Run check-watched-apis now/);
      await page.keyboard.press("Enter");
      await page.getByRole("dialog", { name: /Run/ }).waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      expect(new URL(page.url()).search).toBe("");
      await search(page, "light or", /Light or dark/);
      await page.keyboard.press("Enter");
      await page.locator("html[data-mantine-color-scheme=dark]").waitFor();
      expect(errors).toEqual([]);
      await close();
    });
  });

  it("says since when it is not live, and comes back by itself with what happened meanwhile", async () => {
    const { page, close } = await served.open(LARGE);
    await page.goto("/problems");
    await page.getByRole("button", { name: "Live: pause" }).waitFor();
    await served.stopApi();
    await page.getByText(/Not live since \d\d:\d\d:\d\d/).waitFor();
    await served.database.db.problem.updateMany({
      where: { subjectKey: "m-2381" },
      data: { reason: "SES says it bounced." },
    });
    await served.startApi();
    await page.getByText("SES says it bounced.").waitFor({ timeout: 40_000 });
    await untilTrue(async () => (await page.getByText(/Not live since/).count()) === 0, { what: "the bar goes" });
    await close();
  });
});
