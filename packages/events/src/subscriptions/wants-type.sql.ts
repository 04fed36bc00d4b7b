import { Prisma } from "@drumline/db";

/** A subscription (`webhook`) wants an `event` by its exact type, by the beginning of it (`package.*`), or wants all (`*`). */
export const wantsType = Prisma.sql`(
  webhook.event_type IN (event.event_type, '*')
  OR (right(webhook.event_type, 2) = '.*' AND starts_with(event.event_type, left(webhook.event_type, -1))))`;
