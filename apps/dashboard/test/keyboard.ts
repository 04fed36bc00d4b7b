import { untilTrue } from "@drumline/testing";
import type { Locator, Page } from "playwright-core";

const MOST_TABS = 80;
const SECOND_MS = 1_000;

/**
 * Presses keys one after the other until `what` is there: two keys belong together for a second only, which a busy machine
 * may miss, and a person would press them again.
 */
export async function pressUntil(page: Page, keys: readonly string[], what: Locator): Promise<void> {
  await untilTrue(
    async () => {
      for (const key of keys) await page.keyboard.press(key);
      await what.waitFor({ timeout: 5 * SECOND_MS });
      return true;
    },
    { what: `pressing ${keys.join(" ")} has shown ${String(what)}` },
  );
}

/** Waits for the row that shows `text`, and goes down with j until it is the one that keys are about. */
export async function goToRow(page: Page, text: string): Promise<void> {
  const row = page.locator("tr[data-key]", { hasText: text });
  await row.waitFor();
  const isActive = async () => (await row.getAttribute("data-active", { timeout: SECOND_MS })) !== null;
  await untilTrue(
    async () => {
      if (await isActive()) return true;
      await page.keyboard.press("j");
      return isActive();
    },
    { what: `j has gone to the row of ${text}` },
  );
}

/** Presses Tab as a person without a mouse does, until the element of that accessible name or label has the focus. */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const seen: string[] = [];
  for (let at = 0; at < MOST_TABS; at += 1) {
    await page.keyboard.press("Tab");
    const focused = await focusedName(page);
    if (typeof name === "string" ? focused === name : name.test(focused)) return;
    seen.push(focused);
  }
  throw new Error(`no element named ${String(name)} was reached by Tab; there were: ${seen.join(" | ")}`);
}

/** What a reader of the screen would call the element that has the focus. */
const focusedName = (page: Page): Promise<string> =>
  page.evaluate(`(() => {
    const element = document.activeElement;
    if (element === null) return "";
    const label = element.labels?.[0]?.textContent ?? element.getAttribute("aria-label") ?? element.textContent ?? "";
    return label.replaceAll(/[*\\s]+/g, " ").trim();
  })()`);
