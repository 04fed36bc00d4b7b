import { MINUTE_MS } from "@drumline/core/clock";
import { defineTask } from "@drumline/core/task";
import { z } from "zod";

export const deleteOldWebhookRequestRecords = defineTask({
  name: "oms.integrations.tasks.delete_old_webhook_request_records",
  queue: "oms",
  summary: "Deletes old records of incoming webhook requests.",
  args: z.strictObject({}),
  entry: {
    key: "delete_old_webhook_request_records",
    envKey: "DELETE_OLD_WEBHOOK_REQUEST_RECORDS",
    trigger: { everySeconds: 60 * 2 },
  },
  timeoutMs: 10 * MINUTE_MS,
  built: true,
});
