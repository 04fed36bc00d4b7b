import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { findBarriers, hasBrowser, overflowOf, shoot, VIEWS } from "./browser.ts";
import { BUSY_RUN, CAUSE, seedLedger } from "./seed-ledger.ts";
import { type ServedDashboard, serveDashboard } from "./served-dashboard.ts";

/** Every page of schedules, runs and queues, by what is seen once it is there. */
const PAGES = [
  { name: "schedules", path: "/schedules", shows: "fulfil-waiting-orders" },
  { name: "schedules-none", path: "/schedules?q=nobody", shows: "No schedules match this filter" },
  { name: "schedule", path: "/schedules/get-omnitron-orders-cron", shows: "Last 24 hours" },
  { name: "schedule-runs", path: "/schedules/get-omnitron-orders-cron?tab=runs", shows: "orders pulled" },
  { name: "schedule-changes", path: "/schedules/nightly-refunds?tab=changes", shows: "Nobody has changed it" },
  { name: "schedule-settings", path: "/schedules/nightly-refunds?tab=settings", shows: "the task's own" },
  { name: "schedule-edit", path: "/schedules/nightly-refunds/edit", shows: "Next five runs" },
  { name: "schedule-edit-env", path: "/schedules/fulfil-waiting-orders/edit", shows: "Set this in .env" },
  { name: "schedule-new", path: "/schedules/new", shows: "Runs every 5 minutes" },
  { name: "runs", path: "/runs", shows: "orders pulled" },
  { name: "runs-failed", path: "/runs?status=FAILED,TIMED_OUT&error=503", shows: "Cognito answered" },
  { name: "runs-none", path: "/runs?task=nobody", shows: "No runs match this filter" },
  { name: "failures", path: "/runs?view=failures", shows: CAUSE },
  { name: "run", path: `/runs/${BUSY_RUN}`, shows: "batch 399 written" },
  { name: "run-records", path: `/runs/${BUSY_RUN}?tab=problems`, shows: "SKU-1001" },
  { name: "run-arguments", path: `/runs/${BUSY_RUN}?tab=arguments`, shows: "eu-1" },
  { name: "run-attempts", path: `/runs/${BUSY_RUN}?tab=attempts`, shows: "connection reset" },
  { name: "run-chunks", path: `/runs/${BUSY_RUN}?tab=chunks`, shows: "backoffice-2" },
  { name: "queues", path: "/queues", shows: "Beats, workers and apis" },
] as const;

(hasBrowser ? describe : describe.skip)("the pages of schedules, runs and queues, in a browser", () => {
  let served: ServedDashboard;
  beforeAll(async () => {
    served = await serveDashboard(seedLedger);
  }, 600_000);
  afterAll(() => served.close());

  describe.each(VIEWS)("$scheme, $width px wide", (view) => {
    it.each(PAGES)("show $name without an error, a barrier or a sideways scroll", async ({ name, path, shows }) => {
      const { page, errors, close } = await served.open(view);
      await page.goto(path);
      await page.getByText(shows).first().waitFor();

      await shoot(page, name, view);
      expect(await findBarriers(page)).toEqual([]);
      expect(await overflowOf(page)).toBe(0);
      expect(errors).toEqual([]);
      await close();
    });
  });
});
