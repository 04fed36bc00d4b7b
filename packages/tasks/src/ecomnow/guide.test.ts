import { existsSync, readFileSync } from "node:fs";

import { describe, expect, it } from "@jest/globals";

import { ecomnowTasks } from "./index.ts";

/** The guide of eComNow's Scheduler Service; not part of the repository. */
const GUIDE = new URL("../../../../../shared/seeds/ecomnow-scheduler.txt", import.meta.url);

if (existsSync(GUIDE)) {
  describe("the catalogue and the eComNow guide", () => {
    it("have the same eleven tasks, in the same order, before any of our own", () => {
      const guide = [...readFileSync(GUIDE, "utf8").matchAll(/^(\w+) This task /gm)].map(([, name]) => name);
      expect(guide).toHaveLength(11);
      const ours = Object.values(ecomnowTasks).map(({ name }): string => name);
      expect(ours.slice(0, guide.length)).toEqual(guide);
    });
  });
} else {
  it("finds the eComNow guide", () => {
    console.warn(`skipped: no ${GUIDE.pathname}`);
    expect(process.env["CI"]).not.toBe("true");
  });
}
