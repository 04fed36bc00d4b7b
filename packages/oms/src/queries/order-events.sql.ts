import { type Database, Prisma } from "@drumline/db";
import { z } from "zod";

import { isAbout, shipmentIdsOf } from "./orders.sql.ts";
import { toInstantText } from "./packages.sql.ts";

export const EVENT_LANES = [
  "order",
  "plan",
  "package",
  "transfer",
  "parcel",
  "cancellation",
  "omnitron",
  "webhook",
  "problem",
] as const;

/** Something that happened to an order; the SQL below answers exactly this. */
export const orderEventSchema = z
  .object({
    at: z.iso.datetime(),
    lane: z.enum(EVENT_LANES),
    subject: z.string().describe("What it happened to, such as a package's number."),
    what: z.string(),
    before: z.string().nullable(),
    after: z.string().nullable(),
    actor: z.string().nullable(),
    runId: z.string().nullable(),
    attempt: z.int().nullable().describe("Of the lane plan: the attempt's number."),
    detail: z.unknown().describe("What is on record besides."),
  })
  .meta({ id: "OmsOrderEvent" });

export type OrderEvent = z.output<typeof orderEventSchema>;

/** Events of one order that are shown, the newest of more. */
export const MOST_EVENTS = 2_000;

/** All that is on record of an order, in the order in which it happened. */
export async function loadOrderEvents(db: Database, orderId: string): Promise<OrderEvent[]> {
  const rows = await db.$queryRaw<{ event: OrderEvent }[]>(Prisma.sql`
    SELECT jsonb_build_object(
      'at', ${toInstantText(Prisma.sql`at`)}, 'lane', lane, 'subject', subject, 'what', what, 'before', before,
      'after', after, 'actor', actor, 'runId', run_id, 'attempt', attempt, 'detail', detail) AS event
    FROM (
      SELECT * FROM (${allOf(BigInt(orderId))}) AS happened (at, place, lane, subject, what, before, after, actor, run_id, attempt, detail)
      WHERE at IS NOT NULL ORDER BY at DESC, place DESC LIMIT ${MOST_EVENTS}) AS newest
    ORDER BY at, place`);
  return rows.map(({ event }) => event);
}

// The second column orders what happened in one instant, in the order in which one thing follows from another.
const allOf = (id: bigint): Prisma.Sql => Prisma.sql`
  WITH orders AS (SELECT * FROM orders WHERE id = ${id}),
  packages AS (SELECT package.* FROM package JOIN orders ON orders.id = order_id),
  transfers AS (SELECT transfer_order.* FROM transfer_order JOIN orders ON orders.id = order_id),
  parcels AS (
    SELECT shipment.*, coalesce(tracking_number, 'parcel ' || shipment.id) AS called
    FROM shipment JOIN orders ON shipment.id IN (${shipmentIdsOf(Prisma.sql`orders`)})),
  plans AS (SELECT * FROM order_execution_plan WHERE order_id = ${id}),
  cancellations AS (SELECT * FROM cancellation_plan WHERE order_id = ${id}),
  parts AS (
    SELECT 'order' AS type, id, number AS called, 'order' AS lane FROM orders
    UNION ALL SELECT 'order_execution_plan', id, 'plan', 'plan' FROM plans
    UNION ALL SELECT 'package', id, number, 'package' FROM packages
    UNION ALL SELECT 'transfer_order', id, number, 'transfer' FROM transfers
    UNION ALL SELECT 'shipment', id, called, 'parcel' FROM parcels
    UNION ALL SELECT 'cancellation_plan', id, 'cancellation plan ' || coalesce(omnitron_id, id), 'cancellation' FROM cancellations)
  SELECT created_at, 0, 'order', number, 'taken in from Omnitron', NULL, NULL, NULL, NULL, NULL::int, '{}'::jsonb FROM orders
  UNION ALL
  SELECT placed_at, 0, 'order', number, 'placed by the customer', NULL, NULL, NULL, NULL, NULL, '{}' FROM orders
  UNION ALL
  SELECT log.at, 2, parts.lane, parts.called, log.command, log.old_state, log.new_state, log.actor, NULL, NULL, log.attributes
  FROM parts JOIN state_transition_log log ON log.entity_type = parts.type AND log.entity_id = parts.id
  UNION ALL
  SELECT (attempt ->> 'at')::timestamptz, 1, 'plan', 'attempt ' || (attempt ->> 'no'), attempt ->> 'trigger', NULL,
    attempt ->> 'outcome', NULL, attempt ->> 'runId', (attempt ->> 'no')::int,
    jsonb_build_object('scenario', attempt -> 'scenario', 'shortfalls', attempt -> 'shortfalls')
  FROM plans, jsonb_array_elements(plans.context -> 'attempts') attempt
  UNION ALL
  SELECT occurred_at, 3, 'parcel', parcels.called, coalesce(description, 'the carrier says'), NULL, tracking_event.status::text,
    parcels.carrier_code, NULL, NULL, jsonb_build_object('location', location)
  FROM parcels JOIN tracking_event ON tracking_event.shipment_id = parcels.id
  UNION ALL
  SELECT coalesce(sent_at, given_up_at, message.created_at), 4, 'omnitron', path,
    CASE WHEN sent_at IS NOT NULL THEN 'told Omnitron' WHEN given_up_at IS NOT NULL THEN 'Omnitron refused it for good'
      WHEN last_error IS NOT NULL THEN 'Omnitron has not taken it yet' ELSE 'to be told to Omnitron' END,
    NULL, CASE WHEN sent_at IS NOT NULL THEN 'SENT' WHEN given_up_at IS NOT NULL THEN 'GIVEN_UP' ELSE 'WAITING' END,
    NULL, NULL, NULL, jsonb_build_object('body', body, 'attempts', attempts, 'error', last_error, 'eventId', event_id)
  FROM omnitron_message message WHERE message.order_id = ${id}
  UNION ALL
  SELECT coalesce(delivery.delivered_at, delivery.created_at), 5, 'webhook', parts.called, event.event_type || ' to ' || webhook.owner,
    NULL, delivery.status::text, NULL, NULL, NULL, jsonb_build_object('deliveryId', delivery.id::text, 'attempts', delivery.attempts,
      'httpStatus', delivery.last_http_status, 'error', delivery.last_error, 'payload', event.payload)
  FROM parts
  JOIN event_queue event ON event.entity_id = parts.id AND event.entity_type = parts.type
  JOIN webhook_delivery delivery ON delivery.event_id = event.id
  JOIN webhook ON webhook.id = delivery.webhook_id
  UNION ALL
  SELECT problem.opened_at, 6, 'problem', problem.subject_key, problem.kind, NULL, 'OPEN', NULL, NULL, NULL,
    jsonb_build_object('id', problem.id::text, 'reason', problem.reason, 'cure', problem.cure)
  FROM problem JOIN orders ON ${isAbout(Prisma.sql`orders`)}
  UNION ALL
  SELECT problem.closed_at, 7, 'problem', problem.subject_key, problem.kind, 'OPEN', 'CLOSED', problem.closed_by, NULL, NULL,
    jsonb_build_object('id', problem.id::text, 'note', problem.note)
  FROM problem JOIN orders ON ${isAbout(Prisma.sql`orders`)} WHERE problem.closed_at IS NOT NULL
  UNION ALL
  SELECT event.timestamp, 8, parts.lane, parts.called, coalesce(event.content ->> 'action', 'changed by a person'), NULL, NULL,
    event.actor, NULL, NULL, event.content
  FROM parts JOIN audit_event event ON event.entity_type = parts.type AND event.entity_id = parts.id::text`;
