import type { JsonObject } from "@drumline/core/task";
import { Prisma, type Transaction } from "@drumline/db";

export const ORDER_NOTICES = ["confirmed", "packed", "shipped", "delivered", "cancelled", "refunded"] as const;
/** Sent because somebody agreed to it: within waking hours, and with a way out. */
export const MARKETING_NOTICES = ["back-in-stock", "reminder"] as const;
export const NOTICE_KINDS = [...ORDER_NOTICES, ...MARKETING_NOTICES, "confirm-subscription"] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** Something that a customer is to be told. */
export interface NewNotice {
  /** Names the event and the person: `order/17/confirmed`, `order/17/parcel/4/shipped`, `lead/9/1`. Used once. */
  readonly key: string;
  readonly kind: NoticeKind;
  readonly orderId?: bigint;
  readonly parcelId?: bigint;
  /** What the template is told besides the order. */
  readonly detail?: JsonObject;
  readonly occurredAt: Date;
  /** Later than `occurredAt` where quiet hours say so. */
  readonly dueAt?: Date;
}

/** Records them in the transaction of what they tell about, so that neither is there without the other. A key that is there already stays. */
export async function saveNotices(tx: Transaction, notices: readonly NewNotice[]): Promise<void> {
  if (notices.length === 0) return;
  const rows = notices.map((notice) => ({
    key: notice.key,
    kind: notice.kind,
    order_id: notice.orderId?.toString() ?? null,
    parcel_id: notice.parcelId?.toString() ?? null,
    detail: notice.detail ?? {},
    occurred_at: notice.occurredAt,
    due_at: notice.dueAt ?? notice.occurredAt,
  }));
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO shop_notice (key, kind, order_id, parcel_id, detail, occurred_at, due_at)
    SELECT key, kind, order_id, parcel_id, detail, occurred_at, due_at
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS notice(key text, kind text, order_id bigint,
      parcel_id bigint, detail jsonb, occurred_at timestamptz, due_at timestamptz)
    ORDER BY key
    ON CONFLICT (key) DO NOTHING`);
}
