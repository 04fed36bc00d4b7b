import { createHash } from "node:crypto";

import type { ParcelEvent } from "@drumline/outbound/carriers";

/** The same for the same events, in whatever order a carrier lists them: one that is told late makes another. */
export function toEventsHash(events: readonly ParcelEvent[]): string {
  const told = events.map(({ occurredAt, status }) => `${occurredAt.getTime()} ${status}`);
  return createHash("md5").update(told.toSorted().join("\n")).digest("base64");
}
