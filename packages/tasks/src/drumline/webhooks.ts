import { MINUTE_MS } from "@drumline/core/clock";
import { defineTask } from "@drumline/core/task";
import { z } from "zod";

import { keyByName } from "../key-by-name.ts";

const handOnWebhooks = defineTask({
  name: "drumline.webhooks.tasks.hand_on_webhooks",
  queue: "integration",
  summary: "Gives what sources of webhooks have sent to whoever consumes it, and tells of sources gone silent.",
  args: z.strictObject({}),
  entry: { key: "hand-on-webhooks", envKey: "HAND_ON_WEBHOOKS", trigger: { everySeconds: 60 } },
  timeoutMs: 10 * MINUTE_MS,
  built: true,
});

/** The inbox of webhooks; no source document names these. */
export const webhookTasks = keyByName([handOnWebhooks]);
