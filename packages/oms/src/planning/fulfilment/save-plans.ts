import { saveTransitions, type Transition } from "@drumline/audit/state-log";
import type { JsonObject } from "@drumline/core/task";
import type { Transaction } from "@drumline/db";
import { type OutboxEvent, saveEvents } from "@drumline/events/outbox";

import { saveReservations } from "../../reservations/save-reservations.sql.ts";
import type { OrderPlan } from "../rules/plan-order.ts";
import type { PlannedPackage, PlannedTransfer } from "../rules/planned-package.ts";
import { type PackageIds, savePackages } from "./save-packages.sql.ts";
import { savePlanItems, savePlanRows } from "./save-plans.sql.ts";
import { saveTransfers, type TransferIds } from "./save-transfers.sql.ts";

/** Carries plans out, in the transaction that holds the locks they were made under. */
export async function savePlans(
  tx: Transaction,
  plans: readonly OrderPlan[],
  { at, runId }: { readonly at: Date; readonly runId: string },
): Promise<void> {
  const planIds = await savePlanRows(tx, plans, { at, runId });
  await savePlanned(tx, plans, planIds, "FULFIL_ORDER", at);
  await saveTransitions(
    tx,
    plans.map(({ order, state }) => ({
      entityType: "order_execution_plan",
      entityId: planIds.get(order.id)!,
      oldState: order.attemptsSoFar === 0 ? null : "START",
      newState: state,
      command: "FULFIL_ORDER",
      at,
    })),
  );
}

/** The packages of plans whose rows are written, with transfers, reservations, log and events. Answers the packages' ids. */
export async function savePlanned(
  tx: Transaction,
  plans: readonly OrderPlan[],
  planIds: ReadonlyMap<bigint, bigint>,
  command: string,
  at: Date,
): Promise<PackageIds> {
  const packages = await savePackages(tx, plans, planIds, at);
  const transfers = await saveTransfers(tx, plans, packages, at);
  await savePlanItems(tx, plans, planIds, packages);
  await saveReservations(tx, reservationsOf(plans, packages, transfers), at);
  await saveTransitions(tx, transitionsOf(plans, packages, transfers, command, at));
  await saveEvents(
    tx,
    plans.flatMap((plan) =>
      plan.packages.flatMap((planned) => [
        eventOf(plan, planned, packages, at),
        ...planned.transfers.map((transfer) =>
          toTransferEvent(transfer, planned, transfers.transfer(transfer.number), at),
        ),
      ]),
    ),
  );
  return packages;
}

function reservationsOf(plans: readonly OrderPlan[], packages: PackageIds, transfers: TransferIds) {
  return packagesOf(plans).flatMap((planned) => [
    ...planned.items
      .filter(({ reservedUnits }) => reservedUnits > 0)
      .map(({ line, reservedUnits }) => ({
        type: "ORDER" as const,
        locationId: planned.location.id,
        productId: line.productId,
        quantity: reservedUnits,
        packageItemId: packages.item(planned.number, line.orderItemId),
        transferItemId: null,
      })),
    ...planned.transfers.flatMap(({ number, source, items }) =>
      items.map(({ line, units }) => ({
        type: "TRANSFER" as const,
        locationId: source.id,
        productId: line.productId,
        quantity: units,
        packageItemId: null,
        transferItemId: transfers.item(number, line.orderItemId),
      })),
    ),
  ]);
}

function transitionsOf(
  plans: readonly OrderPlan[],
  packages: PackageIds,
  transfers: TransferIds,
  command: string,
  at: Date,
): Transition[] {
  const born = { oldState: null, command, at };
  return packagesOf(plans).flatMap(({ number, state, transfers: planned }): Transition[] => [
    { ...born, entityType: "package", entityId: packages.package(number), newState: state },
    ...planned.map((transfer): Transition => ({
      ...born,
      entityType: "transfer_order",
      entityId: transfers.transfer(transfer.number),
      newState: "WAITING",
    })),
  ]);
}

function eventOf({ order }: OrderPlan, planned: PlannedPackage, packages: PackageIds, at: Date): OutboxEvent {
  const payload: JsonObject = {
    number: planned.number,
    order_number: order.number,
    location: planned.location.erpCode,
    state: planned.state,
    items: planned.items.map(({ line, units }) => ({
      order_item_id: Number(line.orderItemId),
      sku: line.sku,
      quantity: units,
    })),
  };
  return {
    eventType: "package.created",
    entityType: "package",
    entityId: packages.package(planned.number),
    payload,
    at,
  };
}

/** The event that tells of a new transfer order. */
export function toTransferEvent(
  { number, source, items }: PlannedTransfer,
  to: Pick<PlannedPackage, "number" | "location">,
  entityId: bigint,
  at: Date,
): OutboxEvent {
  const payload: JsonObject = {
    number,
    package: to.number,
    source: source.erpCode,
    destination: to.location.erpCode,
    state: "WAITING",
    items: items.map(({ line, units }) => ({
      order_item_id: Number(line.orderItemId),
      sku: line.sku,
      quantity: units,
    })),
  };
  return { eventType: "transfer.status.created", entityType: "transfer_order", entityId, payload, at };
}

const packagesOf = (plans: readonly OrderPlan[]): PlannedPackage[] => plans.flatMap((plan) => plan.packages);
