import type { TestDatabase } from "@drumline/testing";

import { TOKEN } from "./served-dashboard.ts";

const HOUR_MS = 3_600_000;

/** What a shop and an integrator tell the api, over the api; what only runs make is written as its row. */
export async function seedShop(address: string, { db }: TestDatabase): Promise<void> {
  const send = async (method: string, path: string, body: object): Promise<Record<string, unknown>> => {
    const answer = await fetch(`${address}/api/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Record<string, unknown>;
  };
  for (const [sku, title] of [
    ["CUP-01", "Espresso cup"],
    ["BAG-07", "Canvas bag"],
  ] as const)
    await send("PUT", `shop/products/${sku}`, { title, priceMinor: 1_250, currency: "EUR" });
  for (const [reference, quantity] of [
    ["W-1001", 2],
    ["W-1002", 1],
  ] as const)
    await send("POST", "shop/orders", toOrder(reference, quantity));
  await db.shopOrder.update({ where: { reference: "W-1001" }, data: { paymentState: "HELD", heldReason: "AMOUNT" } });
  await seedIntegration(send, db);
  for (const kind of ["beat", "worker"])
    await db.$executeRaw`
      INSERT INTO process_heartbeat (id, kind, host, pid, started_at, beat_at)
      VALUES (${`${kind}@test:1`}, ${kind}, 'test', 1, now(), now() + interval '1 hour')`;
  await send("POST", "maintenance-windows", {
    name: "Database upgrade",
    reason: "PostgreSQL 18",
    queues: ["oms"],
    startsAt: new Date(Date.now() - HOUR_MS).toISOString(),
    endsAt: new Date(Date.now() + HOUR_MS).toISOString(),
  });
}

const toOrder = (reference: string, quantity: number) => ({
  reference,
  email: "ann@example.com",
  name: "Ann",
  currency: "EUR",
  totalMinor: quantity * 1_250,
  lines: [{ sku: "CUP-01", title: "Espresso cup", quantity, priceMinor: 1_250 }],
  payments: [{ provider: "mollie", providerId: `tr_${reference}`, amountMinor: quantity * 1_250 }],
});

async function seedIntegration(
  send: (method: string, path: string, body: object) => Promise<unknown>,
  db: TestDatabase["db"],
): Promise<void> {
  const source = { kind: "http", url: "https://shop.example/orders", entity: "id" };
  await send("POST", "integration/incoming", { name: "Orders of the shop", source });
  await send("POST", "integration/outgoing", {
    name: "Orders to the ERP",
    target: { kind: "http", url: "https://erp.example/orders", method: "POST" },
  });
  await send("POST", "integration/transformers", {
    name: "Order to ERP",
    expression: '{ "number": $string(id), "pieces": $sum(lines.pieces) }',
  });
  await send("POST", "integration/routes", {
    name: "Orders to the ERP",
    incoming: "orders-of-the-shop",
    outgoing: "orders-to-the-erp",
    transformers: ["order-to-erp"],
  });
  const route = await db.integrationRoute.findFirstOrThrow();
  await db.integrationEntity.createMany({
    data: [1, 2, 3].map((no) => ({ incomingId: route.incomingId, entityKey: `order-${no}`, updatedAt: new Date() })),
  });
  const entities = await db.integrationEntity.findMany({ orderBy: { id: "asc" } });
  await db.integrationTask.createMany({
    data: entities.map(({ id }, no) => ({
      routeId: route.id,
      entityId: id,
      status: no < 2 ? ("FAILED" as const) : ("NEW" as const),
      isHead: no === 2,
      reason: no < 2 ? "erp.example answered 503" : null,
      payload: { id: no, lines: [{ pieces: 2 }] },
      payloadHash: "",
      payloadBytes: 40,
      createdAt: new Date(),
    })),
  });
}
