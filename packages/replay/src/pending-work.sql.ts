import { type Database, Prisma } from "@drumline/db";

/** Whether anything inside the OMS waits for time to pass. */
export interface PendingWork {
  /** Parcels under way, packages in exception, plans and cancellations that are not decided. */
  readonly open: boolean;
  /** Events and messages that have not arrived. */
  readonly undelivered: boolean;
}

export async function loadPendingWork(db: Database): Promise<PendingWork> {
  const [row] = await db.$queryRaw<[PendingWork]>(Prisma.sql`
    SELECT
      EXISTS (SELECT FROM shipment WHERE status NOT IN ('DELIVERED', 'DELETED', 'EXPIRED'))
        OR EXISTS (
          SELECT FROM package
          WHERE state IN ('NEEDS_REPLAN', 'OUT_OF_STOCK', 'DEFECTIVE_PRODUCT', 'UNAVAILABLE', 'CANCELLATION_WAITING',
            'WAITING_FOR_TRANSFER'))
        OR EXISTS (SELECT FROM cancellation_plan WHERE status IN ('WAITING', 'PROCESSING', 'PARTIAL'))
        OR EXISTS (SELECT FROM order_execution_plan WHERE state = 'START') AS open,
      EXISTS (SELECT FROM event_queue WHERE processed_at IS NULL)
        OR EXISTS (SELECT FROM webhook_delivery WHERE status IN ('PENDING', 'PENDING_RETRY'))
        OR EXISTS (SELECT FROM omnitron_message WHERE sent_at IS NULL AND given_up_at IS NULL) AS undelivered`);
  return row;
}
