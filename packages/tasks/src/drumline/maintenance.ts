import { HOUR_MS } from "@drumline/core/clock";
import { defineTask } from "@drumline/core/task";
import { z } from "zod";

import { keyByName } from "../key-by-name.ts";

const deleteOldRecords = defineTask({
  name: "drumline.maintenance.tasks.delete_old_records",
  // Every installation has workers of this queue.
  queue: "oms",
  summary: "Deletes what has been kept long enough: runs, events, deliveries, messages, logs.",
  args: z.strictObject({}),
  entry: { key: "delete-old-records", envKey: "DELETE_OLD_RECORDS", trigger: { crontab: "30,1,*,*,*" } },
  timeoutMs: 4 * HOUR_MS,
  policies: { graceMs: HOUR_MS },
  built: true,
});

/** What Drumline needs for itself; no source document names these. */
export const drumlineTasks = keyByName([deleteOldRecords]);
