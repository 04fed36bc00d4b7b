import { randomUUID } from "node:crypto";

import { testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { erasePerson } from "./erase-person.ts";

const NOW = new Date("2026-11-20T12:00:00Z");
const EARLY = new Date("2018-01-01T00:00:00Z");
const ADA = "Ada.L+shop@Example.com";
const KEY = ADA.toLowerCase();
const times = { createdAt: NOW, updatedAt: NOW };

describe("an erasure", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await database.db
      .$executeRaw`TRUNCATE shop_customer, shop_cart, shop_order, shop_lead, shop_suppression, shop_notice, mail,
      integration_incoming, integration_outgoing, run, run_log, event_queue, webhook_request, state_transition_log, audit_event CASCADE`;
  });

  const erase = (isDryRun = false, email = ` ${ADA.toUpperCase()} `) =>
    erasePerson(database.db, { email, now: NOW, actor: "Olga", isDryRun });

  /** Every place that the seed's trap names, and a neighbour whose address looks like hers. */
  async function putPerson(email: string): Promise<void> {
    const { db } = database;
    const emailKey = email.toLowerCase();
    const person = { email, emailKey, name: "Ada Lovelace" };
    const customer = await db.shopCustomer.create({ data: { reference: emailKey, ...person, phone: "1", ...times } });
    const cart = await db.shopCart.create({
      data: { reference: emailKey, currency: "EUR", customerId: customer.id, lastActivityAt: NOW, ...times },
    });
    const seen = { lastActivityAt: NOW, createdAt: NOW };
    await db.shopCheckout.create({
      data: { reference: emailKey, cartId: cart.id, step: "PAYMENT", ...person, ...seen },
    });
    const left = { consentAt: NOW, currency: "EUR", lines: [], abandonedAt: NOW, createdAt: NOW };
    const lead = await db.shopLead.create({ data: { cartId: cart.id, cartReference: emailKey, ...person, ...left } });
    const links = { createdAt: NOW, expiresAt: NOW };
    await db.shopRestoreLink.create({ data: { tokenHash: emailKey, leadId: lead.id, ...links } });
    const reminder = { key: `lead/${lead.id}/1`, kind: "reminder", occurredAt: NOW, dueAt: NOW };
    await db.shopNotice.create({ data: { ...reminder, detail: { to: email } } });
    for (const placedAt of [NOW, EARLY])
      await db.shopOrder.create({
        data: {
          reference: `${emailKey}/${placedAt.getFullYear()}`,
          currency: "EUR",
          totalMinor: 1n,
          placedAt,
          ...person,
          ...times,
        },
      });
    const product = await db.shopProduct.upsert({
      where: { sku: "MUG" },
      create: { sku: "MUG", title: "Mug", ...times },
      update: {},
    });
    const wish = { productId: product.id, email, emailKey, consentText: "Tell me.", createdAt: NOW };
    await db.shopStockSubscription.create({ data: wish });
    const mail = { kind: "reminder", recipient: email, subject: "Ada", textBody: "Dear Ada" };
    await db.mail.create({ data: { id: randomUUID(), key: `lead/${lead.id}/1`, ...mail, status: "SENT" } });
    await db.mail.create({ data: { id: randomUUID(), key: `digest/${email}`, ...mail, status: "QUEUED" } });
    const digest = { kind: "digest", recipient: "olga@example.com", subject: "Users", textBody: `Users:\n${email}.\n` };
    await db.mail.create({ data: { id: randomUUID(), key: randomUUID(), ...digest, status: "SENT" } });
    const run = { task: "t", queue: "shop", origin: "MANUAL", timeoutMs: 1n } as const;
    const runId = randomUUID();
    await db.run.create({
      data: { id: runId, ...run, status: "FINISHED", args: { to: [email] }, error: `at ${email}` },
    });
    await db.runLog.create({
      data: { runId, at: NOW, level: "info", message: `wrote to <${email}>`, fields: { email } },
    });
    const news = { eventType: "shop.order", entityType: "order", entityId: 1n, payload: { note: `line\n${email}` } };
    await db.eventQueue.create({ data: { id: randomUUID(), ...news, processedAt: NOW } });
    const hook = { source: "shop", eventUuid: emailKey, body: { customer: { email, name: "Ada" } } };
    await db.webhookRequest.create({ data: { ...hook, status: "DONE" } });
    const made = { createdAt: NOW, updatedAt: NOW };
    const incoming = await db.integrationIncoming.create({
      data: { identifier: "customers", name: "Customers", source: { kind: "webhook" }, ...made },
    });
    const outgoing = { identifier: "crm", name: "CRM", target: { kind: "file", folder: "crm" }, ...made };
    const route = await db.integrationRoute.create({
      data: {
        identifier: "customers",
        name: "Customers",
        ...made,
        incoming: { connect: { id: incoming.id } },
        outgoing: { create: outgoing },
      },
    });
    const entity = await db.integrationEntity.create({
      data: { incomingId: incoming.id, entityKey: emailKey, updatedAt: NOW },
    });
    const task = {
      routeId: route.id,
      entityId: entity.id,
      payload: { mail: email },
      payloadHash: "a",
      payloadBytes: 1,
    };
    await db.integrationTask.create({ data: { ...task, status: "FINISHED", isHead: false, createdAt: NOW } });
    const change = { entityType: "order", entityId: 1n, newState: "X", command: "c", actor: "a", at: NOW };
    await db.stateTransitionLog.create({ data: { ...change, attributes: { mail: email } } });
    const event = { timestamp: NOW, entityType: "x", entityId: "1", content: { about: email } };
    await db.auditEvent.create({ data: { id: randomUUID(), ...event } });
  }

  /** Every row of every table that holds the address, as text. */
  async function findTraces(email: string): Promise<string[]> {
    const tables = await database.db.$queryRaw<{ name: string }[]>`
      SELECT table_name AS name FROM information_schema.tables
      WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY 1`;
    const traces = [];
    for (const { name } of tables) {
      const [row] = await database.db.$queryRawUnsafe<[{ count: number }]>(
        `SELECT count(*)::int AS count FROM ${name} AS record WHERE position($1 IN lower(record::text)) > 0`,
        email.toLowerCase(),
      );
      if (row.count > 0) traces.push(`${name} ${row.count}`);
    }
    return traces;
  }

  it("reaches every place where the address stands, and keeps the orders of seven years", async () => {
    await putPerson(ADA);
    const done = await erase();
    const act = (table: string) =>
      done.filter((rows) => rows.table === table).map(({ act: what, rows }) => [what, rows]);
    expect(act("shop_order")).toEqual([
      ["KEEP", 1],
      ["ANONYMISE", 1],
    ]);
    expect(done.find(({ table }) => table === "shop_order")?.reason).toMatch(/7 years/);
    expect(act("mail")).toEqual([
      ["ERASE", 1],
      ["ANONYMISE", 1],
      ["ANONYMISE", 1],
    ]);
    expect(act("shop_checkout")).toEqual([["ERASE", 1]]);
    // The shop's own references are theirs: here they hold the address, which is what this looks for.
    await database.db.$executeRaw`UPDATE shop_customer SET reference = 'c'`;
    await database.db.$executeRaw`UPDATE shop_cart SET reference = 'c'`;
    await database.db.$executeRaw`UPDATE shop_lead SET cart_reference = 'c'`;
    await database.db.$executeRaw`UPDATE shop_order SET reference = id::text`;
    await database.db.$executeRaw`UPDATE webhook_request SET event_uuid = 'c'`;
    expect(await findTraces(KEY)).toEqual(["shop_order 1"]);
    expect(await database.db.shopLead.findMany()).toMatchObject([{ status: "ERASED", email: null, name: null }]);
    expect(await database.db.shopNotice.findMany()).toMatchObject([{ status: "SUPERSEDED", detail: {} }]);
    expect(await database.db.shopCustomer.findMany()).toMatchObject([{ phone: null, erasedAt: NOW }]);
    const digest = await database.db.mail.findFirstOrThrow({ where: { kind: "digest" } });
    expect(digest.textBody).toBe("Users:\n[erased].\n");
  });

  it("is repeatable, keeps the hash, and is on record without the address", async () => {
    await putPerson(ADA);
    await erase();
    const again = await erase();
    expect(again.map(({ table, act }) => [table, act])).toEqual([
      ["shop_order", "KEEP"],
      ["shop_suppression", "KEEP"],
    ]);
    const [hash] = await database.db.shopSuppression.findMany();
    expect(hash).toMatchObject({ list: "*", reason: "ERASED", emailHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const events = await database.db.auditEvent.findMany({ where: { entityType: "person" } });
    expect(events).toHaveLength(2);
    expect(events[0]).toMatchObject({ actor: "Olga", entityId: hash!.emailHash });
    expect(JSON.stringify(events)).not.toContain("xample.com");
  });

  it("counts in a dry run what it would do, and changes nothing", async () => {
    await putPerson(ADA);
    const traces = await findTraces(KEY);
    const dry = await erase(true);
    expect(await findTraces(KEY)).toEqual(traces);
    expect(await database.db.shopSuppression.count()).toBe(0);
    const done = await erase();
    expect(done.filter(({ table }) => table !== "shop_suppression")).toEqual(dry);
  });

  it.each([
    "ada.l+shop@example.com.tr",
    "prada.l+shop@example.com",
    "adaXl+shop@example.com",
    "a-ada.l+shop@example.com",
  ])("leaves %s alone", async (neighbour) => {
    await putPerson(neighbour);
    const traces = await findTraces(neighbour);
    expect(await erase()).toMatchObject([{ table: "shop_suppression" }]);
    expect(await findTraces(neighbour)).toEqual(traces);
  });

  it("keeps what is still at work, with a reason, and takes it when it is over", async () => {
    const run = { id: randomUUID(), task: "t", queue: "shop", origin: "MANUAL", timeoutMs: 1n } as const;
    await database.db.run.create({ data: { ...run, status: "SCHEDULED", args: { to: ADA } } });
    expect(await erase()).toContainEqual(expect.objectContaining({ table: "run", act: "KEEP", rows: 1 }));
    await database.db.run.updateMany({ data: { status: "FINISHED" } });
    expect(await erase()).toContainEqual(expect.objectContaining({ table: "run", act: "ANONYMISE", rows: 1 }));
    expect((await database.db.run.findFirstOrThrow()).args).toEqual({ to: "[erased]" });
  });
});
