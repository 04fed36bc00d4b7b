import { type Database, Prisma } from "@drumline/db";

interface TrailRow {
  readonly at: Date;
  readonly what: string;
}

/** What happened to an order here, in the order of its log: states, messages to Omnitron, problems. */
export async function loadTrail(db: Database, number: string): Promise<TrailRow[]> {
  return await db.$queryRaw<TrailRow[]>(Prisma.sql`
    WITH subject AS (SELECT id, omnitron_id FROM orders WHERE number = ${number}),
    entity AS (
      SELECT 'order' AS type, id, '' AS name FROM subject
      UNION ALL SELECT 'order_execution_plan', plan.id, '' FROM order_execution_plan plan JOIN subject ON subject.id = order_id
      UNION ALL SELECT 'package', package.id, package.number FROM package JOIN subject ON subject.id = order_id
      UNION ALL SELECT 'transfer_order', transfer.id, transfer.number
        FROM transfer_order transfer JOIN subject ON subject.id = order_id
      UNION ALL SELECT 'cancellation_plan', wish.id, wish.omnitron_id::text
        FROM cancellation_plan wish JOIN subject ON subject.id = order_id
      UNION ALL SELECT 'shipment', shipment.id, package.number
        FROM shipment JOIN package ON package.id = shipment.package_id JOIN subject ON subject.id = package.order_id
    )
    SELECT at, what FROM (
      SELECT log.at, log.id, concat_ws(' ', entity.type, entity.name, coalesce(log.old_state, '(new)'), '→', log.new_state,
        '(' || log.command || ', ' || log.actor || ')', nullif(log.attributes::text, '{}')) AS what
      FROM state_transition_log log JOIN entity ON entity.type = log.entity_type AND entity.id = log.entity_id
      UNION ALL
      SELECT message.created_at, 0, 'told Omnitron ' || left(body::text, 300)
        || CASE WHEN sent_at IS NULL THEN ' (not sent: ' || coalesce(last_error, 'not tried') || ')' ELSE '' END
      FROM omnitron_message message JOIN subject ON subject.id = message.order_id
      UNION ALL
      SELECT opened_at, 0, 'problem ' || kind || ': ' || left(reason, 300)
        || CASE WHEN closed_at IS NULL THEN '' ELSE ' (closed ' || closed_at::text || ')' END
      FROM problem
      WHERE subject_key = ${number} OR subject_key LIKE ${`${number}P%`}
        OR (subject_type = 'omnitron.orders' AND subject_key IN (SELECT omnitron_id::text FROM subject))
    ) trail ORDER BY at, id`);
}

/** Where the order of a row that breaks an invariant is found; the others name it, or are about none. */
const ENTITY_OF: Readonly<Record<string, readonly [column: string, entity: string]>> = {
  "an item of a package before packing is reserved or on its way, unit by unit": ["id", "package_item"],
  "a reservation is for the product and place of what it serves": ["id", "reservation"],
  "no order item is in live packages beyond its quantity": ["id", "order_item"],
  "every wanted unit of a planned order is in a live package": ["id", "order_item"],
  "units are cancelled as often as cancellation plans say": ["id", "order_item"],
  "a package and its items belong to one order": ["id", "package_item"],
  "a package's state is the one its log ends with": ["id", "package"],
  "no package left a final state": ["entity_id", "package"],
  "every package was announced": ["id", "package"],
};

const NUMBER_OF: Readonly<Record<string, Prisma.Sql>> = {
  package_item: Prisma.sql`package_item part JOIN package ON package.id = part.package_id
    JOIN orders ON orders.id = package.order_id`,
  reservation: Prisma.sql`reservation part JOIN package_item ON package_item.id = part.package_item_id
    JOIN package ON package.id = package_item.package_id JOIN orders ON orders.id = package.order_id`,
  order_item: Prisma.sql`order_item part JOIN orders ON orders.id = part.order_id`,
  package: Prisma.sql`package part JOIN orders ON orders.id = part.order_id`,
};

/** The number of the order that such a row is about; null where that cannot be said. */
export async function findOrderOfRow(
  db: Database,
  invariant: string,
  row: Readonly<Record<string, unknown>>,
): Promise<string | null> {
  const [column, entity] = ENTITY_OF[invariant] ?? [];
  if (column === undefined || entity === undefined) {
    const number = row["number"];
    // A package's number begins with its order's.
    return typeof number === "string" ? number.split("P")[0]! : null;
  }
  const [found] = await db.$queryRaw<{ number: string }[]>(Prisma.sql`
    SELECT orders.number FROM ${NUMBER_OF[entity]!} WHERE part.id = ${BigInt(String(row[column]))}`);
  return found?.number ?? null;
}
