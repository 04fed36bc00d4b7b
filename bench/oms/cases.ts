import type { Database } from "@drumline/db";

import {
  addCancellationPlans,
  addDuePackages,
  addEvents,
  addOldAuditEvents,
  addOldRequests,
  addShipments,
} from "./seed.sql.ts";

export interface OmsCase {
  readonly title: string;
  readonly task: string;
  /** Fills empty tables; `outsideUrl` is where webhooks may go. */
  seed(db: Database, outsideUrl: string): Promise<void>;
  /** How often; 3 unless told. A million rows take long to put there, and memory does not vary. */
  readonly rounds?: number;
  /** How many of the things of the title the run has done. */
  done(result: Readonly<Record<string, number>>): number;
}

const TRIGGER = "whisperer.tasks.trigger_event_queue_events";
const ARCHIVE = "django_audit_events.tasks.archive_old_audit_events";
const MILLION = 1_000_000;

export const cases: Readonly<Record<string, OmsCase>> = {
  deliveries: {
    title: "webhook deliveries (10,000 events, 1 receiver, signed, each attempt recorded)",
    task: TRIGGER,
    seed: (db, url) => addEvents(db, { count: 10_000, hooks: [`${url}/hooks/a`] }),
    done: ({ delivered }) => delivered!,
  },
  "deliveries-4": {
    title: "webhook deliveries (5,000 events, 4 receivers)",
    task: TRIGGER,
    seed: (db, url) =>
      addEvents(db, { count: 5_000, hooks: ["a", "b", "c", "d"].map((name) => `${url}/hooks/${name}`) }),
    done: ({ delivered }) => delivered!,
  },
  archive: {
    title: "audit events archived (200,000 rows)",
    task: ARCHIVE,
    seed: (db) => addOldAuditEvents(db, 200_000),
    done: ({ archived }) => archived!,
  },
  tracking: {
    title: "tracking polls (5,000 shipments, local carrier, 50 at once)",
    task: "oms.shipments.tasks.update_all_tracking_information",
    seed: (db) => addShipments(db, 5_000),
    done: ({ polled }) => polled!,
  },
  cancellation: {
    title: "cancellation plans (3,000, of packages that wait)",
    task: "oms.orders.tasks.process_cancellation_plans",
    seed: (db) => addCancellationPlans(db, 3_000),
    done: (result) => result["processed"] ?? result["plans"] ?? 0,
  },
  replan: {
    title: "packages replanned (3,000 out of stock, stock is back)",
    task: "oms.fulfilment.tasks.fulfil_replaning_orders",
    seed: (db) => addDuePackages(db, 3_000),
    done: (result) => result["replanned"] ?? result["packages"] ?? 0,
  },
  "archive-million": {
    title: "memory: archive of 1,000,000 audit events",
    task: ARCHIVE,
    seed: (db) => addOldAuditEvents(db, MILLION),
    done: ({ archived }) => archived!,
    rounds: 1,
  },
  "events-million": {
    title: "memory: dispatch of 1,000,000 events nobody subscribed to",
    task: TRIGGER,
    seed: (db) => addEvents(db, { count: MILLION, hooks: [] }),
    done: ({ events }) => events!,
    rounds: 1,
  },
  "requests-million": {
    title: "memory: one run over 1,000,000 old webhook requests",
    task: "oms.integrations.tasks.delete_old_webhook_request_records",
    seed: (db) => addOldRequests(db, MILLION),
    done: ({ deleted }) => deleted!,
    rounds: 1,
  },
};
