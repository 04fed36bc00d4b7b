import { randomUUID } from "node:crypto";

import type { TestDatabase } from "@drumline/testing";

import { seedHeartbeats } from "./heartbeats.ts";

import { ATTEMPT } from "./attempt-row.ts";

const HOUR_MS = 3_600_000;

/** Two days of an order of which a unit is short, one that is delivered, and twenty that are new. */
export async function seedOrders(database: TestDatabase): Promise<void> {
  const { db } = database;
  await seedHeartbeats(database);
  const at = (hours: number) => new Date(Date.now() - (50 - hours) * HOUR_MS);
  const channel = await db.channel.create({ data: { omnitronId: 1n, name: "webshop" } });
  const products = new Map<string, bigint>();
  for (const [sku, name] of [
    ["GR-11", "Espresso grinder"],
    ["GR-12", "Grinder, travel size"],
    ["GR-14", "Burr set, 64 mm"],
  ] as const)
    products.set(sku, (await db.product.create({ data: { sku, name } })).id);
  const locations = new Map<string, bigint>();
  for (const erpCode of ["IST-01", "IST-02", "ANK-01", "BER-01", "IZM-03"])
    locations.set(erpCode, (await db.stockLocation.create({ data: { erpCode, name: erpCode } })).id);
  for (const [code, sku, onHand] of [
    ["IST-01", "GR-11", 7],
    ["IST-01", "GR-12", 3],
    ["IST-01", "GR-14", 3],
    ["ANK-01", "GR-14", 5],
  ] as const)
    await db.stock.create({
      data: { locationId: locations.get(code)!, productId: products.get(sku)!, onHand, sourceUpdatedAt: at(40) },
    });

  const place = (
    pk: number,
    number: string,
    state: "APPROVED" | "PREPARING" | "DELIVERED",
    skus: readonly [string, number][],
  ) =>
    db.order.create({
      data: {
        omnitronId: BigInt(pk),
        number,
        channelId: channel.id,
        state,
        remoteStatus: "400",
        currency: "EUR",
        amountMinor: 123_450n,
        shippingOption: "standard",
        paymentType: "credit_card",
        address: { country: "TR", city: "Istanbul" },
        placedAt: at(0),
        createdAt: at(0.2),
        remoteModifiedAt: at(1),
        payload: {},
        items: {
          create: skus.map(([sku, quantity], index) => ({
            omnitronId: BigInt(pk * 10 + index),
            productId: products.get(sku)!,
            quantity,
            state,
            priceMinor: 30_863n,
          })),
        },
      },
      include: { items: { orderBy: { id: "asc" } } },
    });

  for (let index = 1; index <= 20; index += 1)
    await place(100 + index, `W1${String(index).padStart(3, "0")}`, "APPROVED", [["GR-11", 1]]);
  const short = await place(1, "W2001", "PREPARING", [
    ["GR-11", 2],
    ["GR-12", 1],
    ["GR-14", 1],
  ]);
  const attempts = [{ ...ATTEMPT, at: at(1).toISOString(), runId: randomUUID() }];
  const plan = await db.orderExecutionPlan.create({
    data: { orderId: short.id, state: "PENDING", attempts: 1, context: { version: 1, attempts } },
  });
  const packed = await db.package.create({
    data: {
      number: "W2001P1",
      orderId: short.id,
      planId: plan.id,
      locationId: locations.get("IST-01")!,
      state: "SHIPPED",
      createdAt: at(1),
      items: {
        create: short.items.slice(0, 2).map(({ id, quantity }) => ({ orderItemId: id, quantity, state: "SHIPPED" })),
      },
    },
  });
  const waiting = await db.package.create({
    data: {
      number: "W2001P2",
      orderId: short.id,
      planId: plan.id,
      locationId: locations.get("IST-01")!,
      state: "OUT_OF_STOCK",
      nextReplanAt: new Date(Date.now() + HOUR_MS),
      createdAt: at(1),
      items: { create: { orderItemId: short.items[2]!.id, quantity: 1, state: "OUT_OF_STOCK" } },
    },
  });
  const parcel = await db.shipment.create({
    data: {
      packageId: packed.id,
      carrierCode: "dhl",
      trackingNumber: "JD014600003",
      status: "SHIPPING",
      createdAt: at(9),
      shippedAt: at(10),
      nextPollAt: new Date(),
      events: {
        create: [
          { occurredAt: at(11), status: "SHIPPING", description: "picked up", location: "Istanbul" },
          { occurredAt: at(30), status: "SHIPPING", description: "in the depot", location: "Ankara" },
        ],
      },
    },
  });
  const log = (
    entityType: string,
    entityId: bigint,
    states: readonly (readonly [number, string | null, string, string])[],
    actor = "drumline",
  ) =>
    db.stateTransitionLog.createMany({
      data: states.map(([hours, oldState, newState, command]) => ({
        entityType,
        entityId,
        oldState,
        newState,
        command,
        actor,
        at: at(hours),
      })),
    });
  await log("order", short.id, [
    [0.2, null, "APPROVED", "IMPORT"],
    [4, "APPROVED", "PREPARING", "SYNC_ORDER"],
  ]);
  await log("package", packed.id, [
    [1, null, "WAITING", "FULFIL_ORDER"],
    [10, "PACKED", "SHIPPED", "SHIP_PACKAGE"],
  ]);
  await log(
    "package",
    packed.id,
    [
      [4, "WAITING", "PREPARING", "START_PREPARING"],
      [9, "PREPARING", "PACKED", "COMPLETE_PACKAGING"],
    ],
    "store IST-01",
  );
  await log("package", waiting.id, [[1, null, "OUT_OF_STOCK", "FULFIL_ORDER"]]);
  await log("shipment", parcel.id, [
    [9, null, "CREATED", "CREATE_SHIPMENT"],
    [10, "CREATED", "SHIPPING", "TRACK"],
  ]);
  const webhook = await db.webhook.create({
    data: { owner: "shop", targetUrl: "https://shop.example/hook", eventType: "package.created" },
  });
  const event = await db.eventQueue.create({
    data: {
      id: randomUUID(),
      eventType: "package.created",
      entityType: "package",
      entityId: packed.id,
      payload: { number: "W2001P1" },
      createdAt: at(1),
    },
  });
  await db.webhookDelivery.create({
    data: {
      eventId: event.id,
      webhookId: webhook.id,
      status: "DELIVERED",
      attempts: 2,
      nextAttemptAt: at(1),
      lastHttpStatus: 200,
      deliveredAt: at(1.3),
      createdAt: at(1),
    },
  });
  await db.omnitronMessage.create({
    data: {
      orderId: short.id,
      eventId: randomUUID(),
      path: "/orders/1/status",
      body: { status: "450" },
      createdAt: at(9),
      nextAttemptAt: at(9),
      sentAt: at(9.1),
    },
  });
  await db.problem.create({
    data: {
      context: "oms",
      kind: "NO_PLACE_LEFT",
      subjectType: "package",
      subjectKey: "W2001P2",
      severity: "WARNING",
      reason: "every location that has GR-14 was tried",
      cure: "Bring stock, clear the discrepancy, or cancel the item in Omnitron.",
      openedAt: at(20),
      lastSeenAt: at(49),
    },
  });
}
