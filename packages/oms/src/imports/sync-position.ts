import { SECOND_MS } from "@drumline/core/clock";

import type { OrderPosition } from "../gateways/omnitron/port.ts";
import type { PullContext } from "./read-pages.ts";
import { type CursorPosition, loadCursor } from "./sync-cursor.sql.ts";

const FROM_THE_BEGINNING: OrderPosition = { modifiedDate: "1970-01-01T00:00:00Z", pk: 0 };

/** The source's cursor less the overlap; pk 0 stands before every record of that instant. */
export async function startPosition({ db, gateways }: PullContext, source: string): Promise<OrderPosition> {
  const cursor = await loadCursor(db, source);
  if (cursor === null) return FROM_THE_BEGINNING;
  const overlapMs = gateways.settings.omnitronOverlapSeconds * SECOND_MS;
  return { modifiedDate: new Date(cursor.at.getTime() - overlapMs).toISOString(), pk: 0 };
}

/**
 * Never beyond now: one record with a date in the year 9999 would hide every later one. Never before the beginning: the
 * year 0 cannot be kept.
 */
export function cursorFor({ modifiedDate, pk }: OrderPosition, now: Date): CursorPosition {
  const at = new Date(modifiedDate);
  if (at > now) return { at: now, pk: 0n };
  const beginning = new Date(FROM_THE_BEGINNING.modifiedDate);
  return at < beginning ? { at: beginning, pk: 0n } : { at, pk: BigInt(pk) };
}
