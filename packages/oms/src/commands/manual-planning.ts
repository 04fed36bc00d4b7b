import type { Transaction } from "@drumline/db";
import { z } from "zod";

import { Availability } from "../planning/rules/availability.ts";
import type { OrderPlan } from "../planning/rules/plan-order.ts";
import { packageNumber, type PlannedPackage } from "../planning/rules/planned-package.ts";
import { savePlanned } from "../planning/fulfilment/save-plans.ts";
import { saveAttempts } from "../planning/fulfilment/save-plans.sql.ts";
import type { WaitingLine } from "../planning/rules/waiting-order.ts";
import { loadLines, linkReplacements } from "../planning/replanning/replan.sql.ts";
import { applyTransitions, syncOrderStates } from "../states/index.ts";
import { CommandImpossible, defineCommand, requestOf } from "./command.ts";
import { loadPlaces, lockPackageOrder, type ManualPlace, type PackageOrder } from "./manual-planning.sql.ts";

const argsSchema = z.strictObject({
  groups: z
    .array(
      z.strictObject({
        location: z.string().min(1).max(200).describe("ERP code."),
        items: z
          .array(z.strictObject({ order_item_id: z.int().positive(), quantity: z.int().min(1).optional() }))
          .min(1)
          .max(1_000),
      }),
    )
    .min(1)
    .max(100)
    .describe("Where which items are to be prepared; every unit of the package exactly once."),
});
type Group = z.output<typeof argsSchema>["groups"][number];

export const manualPlanning = defineCommand({
  name: "MANUAL_PLANNING",
  summary:
    "A person decides where the items of a package are prepared: it is replaced by one waiting package per location.",
  args: argsSchema,
  async run(tx, request) {
    const { id, args, at, actor } = request;
    const order = await lockPackageOrder(tx, id);
    const lines = (await loadLines(tx, [id])).get(id) ?? [];
    const outcome = await applyTransitions(
      tx,
      [
        ...order.transferIds.map(
          (transfer) => ({ entity: "transfer_order", id: transfer, command: "TRANSFER_CANCEL", actor }) as const,
        ),
        { entity: "package", command: "MANUAL_PLANNING", attributes: { reason: "REPLANNED" }, ...requestOf(request) },
      ],
      at,
      { syncsOrders: false },
    );
    if (outcome.refused.length > 0) return outcome;
    const placed = assignUnits(args.groups, lines);
    const places = await loadPlaces(
      tx,
      args.groups.map(({ location }) => location),
      lines.map(({ productId }) => productId),
    );
    await save(tx, toPlan(order, lines, placed, places), id, at);
    await syncOrderStates(tx, [order.id], at);
    return outcome;
  },
});

/** Units by location; every unit of the package once. */
function assignUnits(groups: readonly Group[], lines: readonly WaitingLine[]): Map<string, Map<WaitingLine, number>> {
  const left = new Map(lines.map((line) => [line, line.wanted]));
  const lineByItem = new Map(lines.map((line) => [line.orderItemId, line]));
  const placed = new Map<string, Map<WaitingLine, number>>();
  for (const { location, items } of groups)
    for (const { order_item_id: itemId, quantity } of items) {
      const line = lineByItem.get(BigInt(itemId));
      if (line === undefined)
        throw new CommandImpossible(`the package does not hold the order item ${itemId}; nothing was changed.`);
      const units = quantity ?? left.get(line)!;
      if (units < 1 || units > left.get(line)!)
        throw new CommandImpossible(
          `order item ${itemId} is placed more often than the ${line.wanted} units there are; nothing was changed.`,
        );
      left.set(line, left.get(line)! - units);
      const here = placed.get(location) ?? new Map<WaitingLine, number>();
      placed.set(location, here.set(line, (here.get(line) ?? 0) + units));
    }
  const missing = [...left]
    .filter(([, units]) => units > 0)
    .map(([{ orderItemId }, units]) => `${units} of ${orderItemId}`);
  if (missing.length > 0)
    throw new CommandImpossible(`no place is given for ${missing.join(", ")}; nothing was changed.`);
  return placed;
}

function toPlan(
  order: PackageOrder,
  lines: readonly WaitingLine[],
  placed: ReadonlyMap<string, ReadonlyMap<WaitingLine, number>>,
  { locations, levels }: ManualPlace,
): OrderPlan {
  const stock = new Availability(levels);
  const packages = [...placed].map(([erpCode, items], index): PlannedPackage => {
    const location = locations.find((known) => known.erpCode === erpCode && known.ships);
    if (location === undefined)
      throw new CommandImpossible(`no active fulfilment centre has the ERP code ${erpCode}; nothing was changed.`);
    for (const [{ productId, sku }, units] of items) {
      const there = stock.at(location.id, productId);
      if (units > there)
        throw new CommandImpossible(
          `${erpCode} has ${there} units of ${sku} to promise, not ${units}; nothing was changed.`,
        );
      stock.take(location.id, productId, units);
    }
    return {
      number: packageNumber(order.number, order.packagesSoFar + index + 1),
      location,
      state: "WAITING",
      items: [...items].map(([line, units]) => ({ line, units, reservedUnits: units })),
      transfers: [],
    };
  });
  return {
    order: { ...order, lines },
    scenario: null,
    packages,
    shortfalls: [],
    state: "COMPLETED",
    attempt: {
      no: order.attemptsSoFar + 1,
      trigger: "MANUAL",
      scenario: null,
      rules: [],
      items: lines.map(({ orderItemId, sku, wanted }) => ({ orderItemId: String(orderItemId), sku, wanted })),
      locations: packages.map(({ location }) => ({
        erpCode: location.erpCode,
        stock: [],
        rejectedBy: null,
        chosen: true,
      })),
      locationsLeftOut: 0,
      shortfalls: [],
      outcome: "PLANNED",
    },
  };
}

async function save(tx: Transaction, plan: OrderPlan, oldId: bigint, at: Date): Promise<void> {
  const planIds = await saveAttempts(tx, [plan], { at, runId: null });
  const saved = await savePlanned(tx, [plan], planIds, "MANUAL_PLANNING", at);
  await linkReplacements(
    tx,
    plan.packages.map(({ number }) => ({ oldId, newId: saved.package(number), failures: null, nextReplanAt: null })),
  );
}
