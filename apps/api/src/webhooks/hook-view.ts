import { type SubscriptionView } from "@drumline/events/subscriptions";
import { z } from "zod";

/** The original's names (dj-whisperer). */
export const hookSchema = z
  .object({
    id: z.string(),
    target_url: z.string(),
    event_type: z.string(),
    is_active: z.boolean(),
    disabled_reason: z.string().nullable().describe("Why nothing is sent, such as a 410 of the receiver."),
    retry_countdown_config: z.unknown(),
    additional_headers: z.unknown(),
    config: z.unknown(),
    created_date: z.string(),
  })
  .meta({ id: "Hook" });

export function toHookView(hook: SubscriptionView): z.input<typeof hookSchema> {
  return {
    id: String(hook.id),
    target_url: hook.targetUrl,
    event_type: hook.eventType,
    is_active: hook.isActive,
    disabled_reason: hook.disabledReason,
    retry_countdown_config: hook.retryConfig,
    additional_headers: hook.headers,
    config: hook.filter,
    created_date: hook.createdAt.toISOString(),
  };
}

export const rowId = z
  .string()
  .regex(/^\d{1,18}$/, "expected the number of a row")
  .transform((id) => BigInt(id));
