import { existsSync, readFileSync } from "node:fs";

import { parseCrontab, parseDurationSeconds } from "@drumline/core/scheduling";
import { describe, expect, it } from "@jest/globals";

import { omsTasks } from "./index.ts";

/** The OMS guide's own text; not part of the repository. */
const GUIDE = new URL("../../../../../shared/seeds/oms-scheduled-operations.txt", import.meta.url);

if (existsSync(GUIDE)) {
  describe("the catalogue and the OMS guide", () => {
    it("have the same 18 entries, keys, tasks, timings and kwargs, in the same order, before any of our own", () => {
      const guide = parseGuide(readFileSync(GUIDE, "utf8"));
      expect(guide).toHaveLength(18);
      expect(Object.values(omsTasks).slice(0, guide.length).map(toGuideEntry)).toEqual(guide);
    });
  });
} else {
  it("finds the OMS guide", () => {
    console.warn(`skipped: no ${GUIDE.pathname}`);
    expect(process.env["CI"]).not.toBe("true");
  });
}

interface GuideEntry {
  key: string;
  envKey: string;
  crontabKey: string;
  scheduleKey: string;
  task: string;
  seconds: number | null;
  crontab: string | null;
  kwargs: object;
}

/** The Python dictionaries of the guide: `'entry': { 'env_key': 'X', …, 'schedule': 60 }`. */
function parseGuide(text: string): GuideEntry[] {
  return [...text.matchAll(/^['"]([\w-]+)['"]: \{\n([^]*?)\n\}$/gm)].map(([, key, body]) => {
    const field = (name: string) =>
      new RegExp(`^'${name}': (?:(['"])(.*)\\1|(.*?)),?$`, "m").exec(body!)?.slice(2).find(Boolean) ?? null;
    const [crontab, schedule] = [field("crontab"), field("schedule")];
    return {
      key: key!,
      envKey: field("env_key")!,
      crontabKey: field("crontab_env_key")!,
      scheduleKey: field("schedule_env_key")!,
      task: field("task")!,
      seconds: schedule === null ? null : parseDurationSeconds(schedule, key!),
      crontab: crontab === null ? null : parseCrontab(crontab, key!).text,
      kwargs: JSON.parse(field("kwargs") ?? "{}") as object,
    };
  });
}

function toGuideEntry({ name, entry }: (typeof omsTasks)[keyof typeof omsTasks]): GuideEntry {
  const { key, envKey, trigger, kwargs } = entry!;
  return {
    key,
    envKey,
    crontabKey: `${envKey}_CRONTAB`,
    scheduleKey: `${envKey}_SCHEDULE`,
    task: name,
    seconds: "everySeconds" in trigger ? trigger.everySeconds : null,
    crontab: "crontab" in trigger ? parseCrontab(trigger.crontab, key).text : null,
    kwargs,
  };
}
