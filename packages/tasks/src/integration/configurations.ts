import { HOUR_MS } from "@drumline/core/clock";
import { defineTask } from "@drumline/core/task";
import { z } from "zod";

/** Of a configuration: made from its name once, and kept. */
const identifier = z.string().trim().min(1).max(100);

export const runIncoming = defineTask({
  name: "integration.tasks.run_incoming",
  queue: "integration",
  summary: "Reads the records of an incoming configuration; each becomes a task of every route that hangs on it.",
  args: z.strictObject({ incoming: identifier }),
  // A run that works does not keep the next from being added, only one that waits (the guide's duplicate rule).
  policies: { overlap: "allow" },
  timeoutMs: HOUR_MS,
  built: true,
});

export const runRoute = defineTask({
  name: "integration.tasks.run_route",
  queue: "integration",
  summary: "Sends the next tasks of a route, oldest first: the schedule's limit is the number of tasks to export.",
  args: z.strictObject({ route: identifier }),
  policies: { overlap: "allow" },
  timeoutMs: HOUR_MS,
  built: true,
});
