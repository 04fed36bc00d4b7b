import { Prisma, type Transaction } from "@drumline/db";

/**
 * Brings the lines of the orders' refunds up to what the client's records of them name: those lines of the order, by SKU,
 * or every line where they name none that the order has. Refunds that no record of the client is about are left alone.
 */
export async function syncRefundLines(
  tx: Transaction,
  { integrationId, client }: { readonly integrationId: bigint; readonly client: string },
  orderIds: readonly bigint[],
): Promise<void> {
  if (orderIds.length === 0) return;
  await tx.$executeRaw(Prisma.sql`
    WITH refund AS MATERIALIZED (
      SELECT refund.id, refund.order_id, CASE WHEN jsonb_typeof(data -> 'lines') = 'array' THEN data -> 'lines' ELSE '[]' END AS lines
      FROM ecomnow_refund refund JOIN ecomnow_customer_record record ON record.integration_id = ${integrationId}
        AND record.entity = 'REFUND' AND record.external_id = substr(refund.number, length(${client}::text) + 2)
      WHERE refund.order_id = ANY(${[...orderIds]}::bigint[]) AND starts_with(refund.number, ${client} || ':')
    ), named AS MATERIALIZED (
      SELECT refund.id AS refund_id, line.id AS order_line_id, sum(coalesce(said.quantity, line.quantity))::int AS quantity
      FROM refund CROSS JOIN LATERAL jsonb_to_recordset(refund.lines) AS said(sku text, quantity int)
      CROSS JOIN LATERAL (
        SELECT id, quantity FROM ecomnow_order_line line
        WHERE line.order_id = refund.order_id AND line.sku = said.sku ORDER BY line_no LIMIT 1) line
      GROUP BY refund.id, line.id
    ), wanted AS MATERIALIZED (
      SELECT refund_id, order_line_id, quantity, false AS is_implied FROM named
      UNION ALL
      SELECT refund.id, line.id, line.quantity, true FROM refund JOIN ecomnow_order_line line USING (order_id)
      WHERE NOT EXISTS (SELECT FROM named WHERE named.refund_id = refund.id)
    ), gone AS (
      DELETE FROM ecomnow_refund_line old USING refund WHERE old.refund_id = refund.id AND NOT EXISTS (
        SELECT FROM wanted WHERE (wanted.refund_id, wanted.order_line_id) = (old.refund_id, old.order_line_id))
    )
    INSERT INTO ecomnow_refund_line AS known (refund_id, order_line_id, quantity, is_implied)
    SELECT refund_id, order_line_id, quantity, is_implied FROM wanted ORDER BY refund_id, order_line_id
    ON CONFLICT (refund_id, order_line_id) DO UPDATE SET quantity = excluded.quantity, is_implied = excluded.is_implied
      WHERE (known.quantity, known.is_implied) <> (excluded.quantity, excluded.is_implied)`);
}
