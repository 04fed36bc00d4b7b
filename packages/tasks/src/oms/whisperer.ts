import { MINUTE_MS } from "@drumline/core/clock";
import { defineTask } from "@drumline/core/task";
import { z } from "zod";

export const undeliveredEventScanner = defineTask({
  name: "whisperer.tasks.undelivered_event_scanner",
  queue: "oms",
  summary: "Sends undelivered webhooks again.",
  args: z.strictObject({}),
  entry: {
    key: "undelivered-whisperer-tasks",
    envKey: "UNDELIVERED_WHISPERER_TASKS",
    trigger: { crontab: "*/15,*,*,*,*" },
  },
  timeoutMs: 15 * MINUTE_MS,
  policies: { graceMs: 5 * MINUTE_MS },
  built: true,
});

export const triggerEventQueueEvents = defineTask({
  name: "whisperer.tasks.trigger_event_queue_events",
  queue: "oms",
  summary: "Delivers the queued events whose delay has passed.",
  args: z.strictObject({}),
  entry: {
    key: "whisperer_trigger_event_queue_events",
    envKey: "WHISPERER_TRIGGER_EVENT_QUEUE_EVENTS",
    trigger: { everySeconds: 60 * 15 },
  },
  timeoutMs: 15 * MINUTE_MS,
  policies: { graceMs: 5 * MINUTE_MS },
  built: true,
});
