import type { Page } from "playwright-core";

const MOST_TABS = 80;

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
