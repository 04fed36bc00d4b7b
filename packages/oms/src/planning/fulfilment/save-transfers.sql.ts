import { Prisma, type Transaction } from "@drumline/db";

import type { OrderPlan } from "../rules/plan-order.ts";
import { found, type PackageIds } from "./save-packages.sql.ts";

/** Ids of what was saved, by the numbers the plan knows it by. Throws on a number that was not saved. */
export interface TransferIds {
  transfer(number: string): bigint;
  item(transferNumber: string, orderItemId: bigint): bigint;
}

/** As much of a plan as says what is fetched where. */
interface Fetching {
  readonly order: Pick<OrderPlan["order"], "id">;
  readonly packages: readonly Pick<OrderPlan["packages"][number], "number" | "location" | "transfers">[];
}

export async function saveTransfers(
  tx: Transaction,
  plans: readonly Fetching[],
  packageIds: PackageIds,
  at: Date,
): Promise<TransferIds> {
  const planned = plans.flatMap(({ order, packages }) =>
    packages.flatMap((to) => to.transfers.map((transfer) => ({ ...transfer, order, to }))),
  );
  if (planned.length === 0) return NONE;
  const rows = planned.map(({ number, source, order, to }) => ({
    number,
    package_id: String(packageIds.package(to.number)),
    order_id: String(order.id),
    source_id: String(source.id),
    destination_id: String(to.location.id),
  }));
  const saved = await tx.$queryRaw<{ id: bigint; number: string }[]>(Prisma.sql`
    INSERT INTO transfer_order (number, package_id, order_id, source_id, destination_id, state, created_at, updated_at)
    SELECT number, package_id, order_id, source_id, destination_id, 'WAITING', ${at}, ${at}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS planned(
      number text, package_id bigint, order_id bigint, source_id bigint, destination_id bigint)
    RETURNING id, number`);
  const idByNumber = new Map(saved.map(({ id, number }) => [number, id]));

  const items = planned.flatMap(({ number, to, items: fetched }) =>
    fetched.map(({ line, units }) => ({
      number,
      transfer_order_id: String(idByNumber.get(number)!),
      order_item_id: String(line.orderItemId),
      package_item_id: String(packageIds.item(to.number, line.orderItemId)),
      quantity: units,
    })),
  );
  const savedItems = await tx.$queryRaw<{ id: bigint; transferId: bigint; packageItemId: bigint }[]>(Prisma.sql`
    INSERT INTO transfer_item (transfer_order_id, package_item_id, quantity, state)
    SELECT transfer_order_id, package_item_id, quantity, 'WAITING'
    FROM jsonb_to_recordset(${JSON.stringify(items)}::jsonb)
      AS planned(transfer_order_id bigint, package_item_id bigint, quantity int)
    RETURNING id, transfer_order_id AS "transferId", package_item_id AS "packageItemId"`);
  const idByPair = new Map(
    savedItems.map(({ id, transferId, packageItemId }) => [`${transferId} ${packageItemId}`, id]),
  );
  const itemIds = new Map(
    items.map((item) => [
      `${item.number} ${item.order_item_id}`,
      idByPair.get(`${item.transfer_order_id} ${item.package_item_id}`),
    ]),
  );

  return {
    transfer: (number) => found(idByNumber.get(number), `transfer ${number}`),
    item: (number, orderItemId) =>
      found(itemIds.get(`${number} ${orderItemId}`), `item ${orderItemId} of transfer ${number}`),
  };
}

const NONE: TransferIds = {
  transfer: (number) => found(undefined, `transfer ${number}`),
  item: (number) => found(undefined, `transfer ${number}`),
};
