import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { PATIENCE } from "@drumline/testing";
import axe from "axe-core";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
const SCREENSHOTS = fileURLToPath(new URL("../screenshots", import.meta.url));
/** For root, and for a machine that reaches nothing outside. */
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** False where there is no browser, which continuous integration does not forgive. */
export const hasBrowser: boolean = CHROMIUM !== undefined || process.env["CI"] === "true"; // oxlint-disable-line node/no-process-env -- as the other suites ask it
if (!hasBrowser) console.warn("there is no chromium here, so no page is opened: apt-get install chromium");

export interface View {
  readonly scheme: "light" | "dark";
  readonly width: 1280 | 390;
}

const EVERY_VIEW: readonly View[] = [
  { scheme: "light", width: 1280 },
  { scheme: "dark", width: 390 },
  { scheme: "dark", width: 1280 },
  { scheme: "light", width: 390 },
];

/**
 * Each page is looked at in both schemes and at both widths: in two views, which show both, or by DASHBOARD_VIEWS=all in the
 * four there are.
 */
export const VIEWS: readonly View[] = EVERY_VIEW.slice(0, process.env["DASHBOARD_VIEWS"] === "all" ? 4 : 2); // oxlint-disable-line node/no-process-env -- for tests alone

export interface OpenPage {
  readonly page: Page;
  /** Errors of the console, of scripts, and violations of the policy, as they come. */
  readonly errors: readonly string[];
  close(): Promise<void>;
}

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
}

/** A page of its own browser context, signed in where `token` is given, on which every error is written down. */
export async function openPage(browser: Browser, base: string, view: View, token?: string): Promise<OpenPage> {
  const context = await browser.newContext({
    baseURL: base,
    colorScheme: view.scheme,
    viewport: { width: view.width, height: view.width === 390 ? 844 : 900 },
    timezoneId: "Europe/Berlin",
    reducedMotion: "reduce",
  });
  if (token !== undefined) await keepToken(context, token);
  const page = await context.newPage();
  page.setDefaultTimeout(30_000 * PATIENCE);
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(`script: ${error.message}`));
  page.on("console", (message) => {
    // Also what the policy blocked: the browser says so there.
    if (message.type() === "error") errors.push(`console: ${message.text()} (${message.location().url})`);
  });
  return { page, errors, close: () => context.close() };
}

/** As the sign-in page keeps one, before the first script of the page runs. */
const keepToken = (context: BrowserContext, token: string): Promise<unknown> =>
  context.addInitScript(`sessionStorage.setItem("drumline-token", ${JSON.stringify(token)})`);

/** What axe finds serious or critical, as lines of rule and element. */
export async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>(
    `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })`,
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary}`),
    );
}

/** Into a folder that git ignores, to be looked at. */
export async function shoot(page: Page, name: string, { scheme, width }: View): Promise<void> {
  await mkdir(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: `${SCREENSHOTS}/${name}-${width}-${scheme}.png` });
}

/** Nothing may scroll sideways. */
export async function overflowOf(page: Page): Promise<number> {
  return page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
}
