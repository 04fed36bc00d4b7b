import { integer, type ValuesOf } from "@drumline/core/config";
import { Prisma, type RetentionRule } from "@drumline/db";
import { closeReplayed } from "@drumline/events/deliveries";
import { isUnread } from "@drumline/events/readers";

import { closeTold } from "../messages/message-problems.sql.ts";

const days = (key: string, what: string) =>
  integer(key, {
    fallback: 90,
    min: 0,
    max: 36_500,
    about: `Days after which ${what} are deleted; 0 keeps them for ever.`,
  });

/** Env keys for how long the OMS keeps what has done its work. */
export const omsRetentionSettings = {
  eventRetentionDays: days("RETENTION_EVENTS_DAYS", "events, with their webhook deliveries and the attempts of these,"),
  omnitronMessageRetentionDays: days(
    "RETENTION_OMNITRON_MESSAGES_DAYS",
    "messages that Omnitron took or refused for good",
  ),
  stateLogRetentionDays: days(
    "RETENTION_STATE_LOG_DAYS",
    "entries of the state log of what has not moved since, but each last one,",
  ),
} as const;

/** Entities of the OMS in the state log it shares with others, whose entries are not the OMS's to delete. */
const ENTITY_TYPES = ["order", "order_execution_plan", "package", "transfer_order", "shipment", "cancellation_plan"];

/**
 * What may go: what was delivered, sent or settled. Open rows stay however old they are, and so does what invariants and
 * people still ask for: the last state of everything, and the release of a package's reservations.
 */
export function toOmsRetention(settings: ValuesOf<typeof omsRetentionSettings>): RetentionRule[] {
  return [
    {
      // Before the events they belong to, which would not go without them; attempts go with their delivery.
      table: "webhook_delivery",
      key: ["id"],
      walk: "age",
      days: settings.eventRetentionDays,
      joined: Prisma.sql`JOIN event_queue event ON event.id = record.event_id`,
      age: Prisma.sql`event.created_at`,
      mayGo: (before) => Prisma.sql`
        record.status NOT IN ('PENDING', 'PENDING_RETRY') AND record.next_attempt_at < ${before}
        AND coalesce(record.delivered_at < ${before}, true)`,
      afterwards: closeReplayed,
    },
    {
      table: "event_queue",
      key: ["id"],
      walk: "age",
      days: settings.eventRetentionDays,
      age: Prisma.sql`record.created_at`,
      mayGo: () => Prisma.sql`
        record.processed_at IS NOT NULL AND NOT ${isUnread}
        AND NOT EXISTS (SELECT FROM webhook_delivery delivery WHERE delivery.event_id = record.id)`,
    },
    {
      table: "omnitron_message",
      key: ["id"],
      walk: "key",
      days: settings.omnitronMessageRetentionDays,
      age: Prisma.sql`record.created_at`,
      mayGo: (before) => Prisma.sql`coalesce(record.sent_at, record.given_up_at) < ${before}`,
      afterwards: (tx, at) => closeTold(tx, [], at),
    },
    {
      table: "state_transition_log",
      key: ["id"],
      walk: "key",
      days: settings.stateLogRetentionDays,
      age: Prisma.sql`record.at`,
      mayGo: (before) => Prisma.sql`
        record.entity_type = ANY(${ENTITY_TYPES}::text[]) AND record.command <> 'PKG_DEALLOCATE_RESERVATIONS'
        AND EXISTS (
          SELECT FROM state_transition_log later
          WHERE later.entity_type = record.entity_type AND later.entity_id = record.entity_id AND later.id > record.id)
        AND NOT EXISTS (
          SELECT FROM state_transition_log recent
          WHERE recent.entity_type = record.entity_type AND recent.entity_id = record.entity_id AND recent.at >= ${before})`,
    },
  ];
}
