import { HOUR_MS } from "@drumline/core/clock";
import { defineTask } from "@drumline/core/task";
import { z } from "zod";

export const archiveOldAuditEvents = defineTask({
  name: "django_audit_events.tasks.archive_old_audit_events",
  queue: "oms",
  summary: "Moves old audit events to the archive.",
  args: z.strictObject({ older_than: z.int().min(1).max(36_500).describe("days") }),
  // 12:30; the guide's "00:30 PM" is a slip.
  entry: {
    key: "archive-old-audit-events",
    envKey: "ARCHIVE_OLD_AUDIT_EVENTS",
    trigger: { crontab: "30,12,*,*,*" },
    kwargs: { older_than: 120 },
  },
  timeoutMs: 4 * HOUR_MS,
  policies: { graceMs: HOUR_MS },
  built: true,
});
