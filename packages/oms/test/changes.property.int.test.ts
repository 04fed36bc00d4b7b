import { afterAll, beforeAll, expect, it } from "@jest/globals";

import { HOUR_MS } from "@drumline/core/clock";
import fc from "fast-check";

import { CommandImpossible, CommandRefused } from "../src/commands.ts";
import { findBrokenInvariants } from "../src/invariants.sql.ts";
import { type Raw, rawCancellation, rawItem } from "./local-omnitron.ts";
import { type OmsUnderTest, openOms } from "./oms-under-test.ts";

let oms: OmsUnderTest;
beforeAll(async () => {
  oms = await openOms();
  Object.assign(oms.outside.stock, { s1: { A: 900, B: 900 }, s2: { A: 900, B: 900 }, s3: { A: 900, B: 900 } });
});
afterAll(() => oms.close());

const versions = fc.record({
  kind: fc.constant("send" as const),
  quantities: fc.tuple(fc.nat(3), fc.nat(3)),
  status: fc.constantFrom("400", "400", "400", "400", "50", "100", "600", "300"),
  itemStatus: fc.constantFrom("400", "400", "400", "50", "100"),
  hasOtherSku: fc.boolean(),
});
const tasks = fc.record({
  kind: fc.constant("task" as const),
  name: fc.constantFrom(
    "oms.fulfilment.tasks.fulfil_waiting_orders" as const,
    "oms.fulfilment.tasks.fulfil_replaning_orders" as const,
    "oms.orders.tasks.process_cancellation_plans" as const,
    "oms.orders.tasks.rerun_plans_for_cancellation_waiting_packages" as const,
    "oms.shipments.tasks.update_all_tracking_information" as const,
    "oms.shipments.tasks.auto_run_ship_the_package_command" as const,
  ),
});
const commands = fc.record({
  kind: fc.constant("command" as const),
  which: fc.nat(5),
  name: fc.constantFrom(
    "PREPARE_PACKAGE_COMMAND",
    "COMPLETE_PACKAGING",
    "COMPLETE_PACKAGING",
    "COMPLETE_PACKAGING_WITHOUT_SHIPMENT",
    "SHIP_THE_PACKAGE",
    "REFUSE",
    "DETECTED_OUT_OF_STOCK_ITEM",
    "BLOCK_THE_PACKAGE",
    "UNBLOCK_THE_PACKAGE",
  ),
});
const wishes = fc.record({
  kind: fc.constant("wish" as const),
  item: fc.constantFrom(1, 2),
  units: fc.integer({ min: 1, max: 3 }),
  status: fc.constantFrom("waiting", "waiting", "rejected"),
  plan: fc.nat(1),
  type: fc.constantFrom("cancel", "cancel", "refund"),
});
const carriers = fc.record({
  kind: fc.constant("carrier" as const),
  which: fc.nat(3),
  status: fc.constantFrom("SHIPPING" as const, "DELIVERED" as const, "DELETED" as const),
});
const steps = fc.array(fc.oneof(versions, tasks, tasks, commands, commands, wishes, carriers), {
  minLength: 6,
  maxLength: 16,
});
type Step = typeof steps extends fc.Arbitrary<readonly (infer One)[]> ? One : never;
type Version = Extract<Step, { kind: "send" }>;

let lastPk = 0;

it("changes, commands, cancellations and carrier events in any order leave every wanted unit in exactly one live package or in an open problem", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (drawn) => {
      const pk = (lastPk += 1);
      let last: Version = { kind: "send", quantities: [2, 1], status: "400", itemStatus: "400", hasOtherSku: false };
      await send(pk, last);
      for (const step of drawn) {
        if (step.kind === "send") last = step;
        await take(pk, step);
        expect(await findBrokenInvariants(oms.db)).toEqual([]);
      }
      await settle(pk, last);
      expect(await findBrokenInvariants(oms.db)).toEqual([]);
      expect(await lostUnits(pk, last)).toEqual([]);
    }),
    { numRuns: 12 },
  );
}, 600_000);

async function send(pk: number, { quantities, status, itemStatus, hasOtherSku }: Version): Promise<void> {
  const items = quantities.flatMap((quantity, index) => {
    const no = index === 0 && hasOtherSku ? 3 : index + 1;
    const product = { pk: no, sku: `s${no}`, name: "thing", barcode: null };
    const overrides: Raw = { quantity, product, status: index === 0 ? itemStatus : "400" };
    return quantity === 0 ? [] : [rawItem(pk * 10 + index + 1, overrides)];
  });
  oms.sendOrder(pk, items, { status });
  await oms.pull();
}

async function take(pk: number, step: Step): Promise<void> {
  const clock = oms.clock.now().toISOString();
  if (step.kind === "send") await send(pk, step);
  if (step.kind === "task") await oms.run(step.name);
  if (step.kind === "command") await command(pk, step.name, step.which);
  if (step.kind === "carrier") {
    const parcels = await oms.db.shipment.findMany({ where: { package: { order: { number: `R${pk}` } } } });
    const parcel = parcels[step.which % Math.max(1, parcels.length)];
    if (parcel?.trackingNumber != null) oms.carriers.say(parcel.trackingNumber, [clock, step.status]);
  }
  if (step.kind === "wish") {
    const wish = rawCancellation(pk * 10 + step.plan, `R${pk}`, [[pk * 10 + step.item, step.units]], {
      modified_date: clock,
      plan_type: step.type,
      status: step.status,
    });
    const index = oms.outside.cancellations.findIndex((known) => known["pk"] === wish["pk"]);
    if (index < 0) oms.outside.cancellations.push(wish);
    else oms.outside.cancellations[index] = wish;
    await oms.pull();
  }
  oms.clock.advance(HOUR_MS);
}

/** On one of the order's packages, as a store would: what is refused is refused. */
async function command(pk: number, name: string, which: number): Promise<void> {
  const packages = await oms.db.package.findMany({
    where: { order: { number: `R${pk}` }, state: { not: "CANCELLED" } },
    orderBy: { id: "asc" },
  });
  const one = packages[which % Math.max(1, packages.length)];
  if (one === undefined) return;
  const args = {
    REFUSE: { reason: { title: "no" } },
    COMPLETE_PACKAGING: { carrier: "dhl", tracking_number: `T-${one.number}` },
  }[name];
  try {
    await oms.command(one.number, name, args ?? {}, one.version);
  } catch (error) {
    if (!(error instanceof CommandRefused || error instanceof CommandImpossible)) throw error;
  }
}

/** Omnitron approves what it last sent, carriers give back what they have not taken, and every task runs until nothing is due. */
async function settle(pk: number, last: Version): Promise<void> {
  await send(pk, { ...last, status: "400", itemStatus: "400" });
  for (const { trackingNumber } of await oms.db.shipment.findMany({ where: { status: "CREATED" } }))
    if (trackingNumber !== null) oms.carriers.say(trackingNumber, [oms.clock.now().toISOString(), "DELETED"]);
  for (let round = 0; round < 3; round += 1) {
    oms.clock.advance(25 * HOUR_MS);
    await oms.cancel();
    await oms.rerun();
    await oms.pull();
    await oms.plan();
    await oms.replan();
  }
}

/** What Omnitron wants otherwise than it is in live packages, where no open problem of the order tells of it. */
async function lostUnits(pk: number, { quantities, hasOtherSku }: Version): Promise<string[]> {
  const number = `R${pk}`;
  const told = await oms.db.problem.count({
    where: { closedAt: null, subjectKey: { in: [number, String(pk), `${pk * 10}`, `${pk * 10 + 1}`] } },
  });
  if (told > 0) return [];
  const order = await oms.db.order.findUniqueOrThrow({
    where: { number },
    include: { items: { include: { product: true, packageItems: { include: { package: true } } } } },
  });
  return order.items.flatMap((item) => {
    const index = Number(item.omnitronId) % 10;
    const wanted = quantities[index - 1]!;
    const live = item.packageItems
      .filter((held) => held.state !== "CANCELLED" && held.package.state !== "CANCELLED")
      .reduce((sum, { quantity }) => sum + quantity, 0);
    const sku = index === 1 && hasOtherSku ? "s3" : `s${index}`;
    // An item that Omnitron has removed is cancelled whole, without a plan that counts its units.
    const left = item.state === "CANCELLED" ? 0 : item.quantity - item.cancelledQuantity;
    const isCancelledByPlan = item.cancelledQuantity > 0 && wanted === item.quantity;
    const isRight =
      item.state === "REFUNDED" ||
      (live === left && (wanted === left || isCancelledByPlan) && (live === 0 || item.product.sku === sku));
    return isRight
      ? []
      : [
          `${number} item ${index}: wanted ${wanted} × ${sku}, live ${live} × ${item.product.sku}, cancelled ${item.cancelledQuantity} of ${item.quantity}, ${item.state}`,
        ];
  });
}
