import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { untilTrue } from "@drumline/testing";

import { findBarriers, hasBrowser, overflowOf, shoot, VIEWS } from "./browser.ts";
import { seedDay } from "./seed-rows.ts";
import { type ServedDashboard, serveDashboard } from "./served-dashboard.ts";

/** Every page of the shell's own areas, by what is seen once it is there. */
const PAGES = [
  { name: "overview", path: "/", shows: "Next 60 minutes" },
  { name: "problems", path: "/problems", shows: "D1007" },
  { name: "problems-none", path: "/problems?kind=NOTHING", shows: "No problems match this filter" },
  { name: "users", path: "/users", shows: "No users yet" },
  { name: "tokens", path: "/tokens", shows: "No tokens yet" },
  { name: "audit-log", path: "/audit-log", shows: "Nothing was changed yet" },
  { name: "security-log", path: "/security-log", shows: "Too many wrong tokens" },
  { name: "security-log-none", path: "/security-log?actor=nobody", shows: "No entries match this filter" },
  { name: "settings", path: "/settings", shows: "As the api on" },
  { name: "settings-none", path: "/settings?q=nobody+has+this", shows: "No settings match this filter" },
  { name: "profile", path: "/profile", shows: "Who is signed in" },
  { name: "sign-in", path: "/sign-in", shows: "With a token of the api" },
  { name: "problem", path: "/problems/1", shows: "Omnitron says cancelled" },
] as const;

(hasBrowser ? describe : describe.skip)("the pages, in a browser", () => {
  let served: ServedDashboard;
  beforeAll(async () => {
    served = await serveDashboard(seedDay);
  }, 600_000);
  afterAll(() => served.close());

  describe.each(VIEWS)("$scheme, $width px wide", (view) => {
    it.each(PAGES)("show $name without an error, a barrier or a sideways scroll", async ({ name, path, shows }) => {
      const { page, errors, close } = await served.open(view);
      await page.goto(path);
      await page.getByText(shows).first().waitFor();
      await untilTrue(async () => (await page.locator(".loading").count()) === 0, { what: "all of it is there" });

      await shoot(page, name, view);
      expect(await findBarriers(page)).toEqual([]);
      expect(await overflowOf(page)).toBe(0);
      expect(errors).toEqual([]);
      await close();
    });
  });
});
