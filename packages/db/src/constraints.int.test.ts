import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { testDatabase, type TestDatabase } from "@drumline/testing";

/** What the migrations say by hand, since the Prisma schema cannot: shown from outside, by what the database refuses. */
let test: TestDatabase;

beforeAll(async () => {
  test = await testDatabase();
  await run(`
    INSERT INTO channel (id, omnitron_id, name) VALUES (1, 1, 'olist');
    INSERT INTO product (id, sku, name) VALUES (1, 'A', 'A'), (2, 'B', 'B');
    INSERT INTO stock_location (id, erp_code, name) VALUES (1, 'north', 'North'), (2, 'south', 'South');
    INSERT INTO orders (id, omnitron_id, number, channel_id, state, remote_status, currency, amount_minor, address, placed_at, remote_modified_at, payload)
    VALUES (1, 1, '1', 1, 'APPROVED', '400', 'BRL', 100, '{}', now(), now(), '{}');
    INSERT INTO order_item (id, order_id, omnitron_id, product_id, quantity, state, price_minor) VALUES (1, 1, 1, 1, 2, 'APPROVED', 100);
    INSERT INTO order_execution_plan (id, order_id, state) VALUES (1, 1, 'PENDING');
    INSERT INTO package (id, number, order_id, plan_id, location_id, state) VALUES (1, '1-1', 1, 1, 1, 'WAITING');
    INSERT INTO package_item (id, package_id, order_item_id, quantity, state) VALUES (1, 1, 1, 2, 'WAITING');
    INSERT INTO transfer_order (id, number, package_id, order_id, source_id, destination_id, state) VALUES (1, 'T1', 1, 1, 1, 2, 'WAITING');
    INSERT INTO transfer_item (id, transfer_order_id, package_item_id, quantity, state) VALUES (1, 1, 1, 1, 'WAITING')`);
});
afterAll(() => test.close());

async function run(statements: string): Promise<void> {
  for (const statement of statements.split(/;\s*\n/)) await test.db.$executeRawUnsafe(statement);
}

/** Runs statements of which the last one is refused, and leaves nothing of them. */
async function refusal(statements: string): Promise<string> {
  const undone = new Error("nothing was refused");
  try {
    await test.db.$transaction(async (tx) => {
      for (const statement of statements.split(/;\s*/)) await tx.$executeRawUnsafe(statement);
      throw undone;
    });
  } catch (error) {
    if (error === undone) throw error;
    return (error as Error).message;
  }
  throw undone;
}

const SCHEDULE =
  "INSERT INTO schedule (id, key, source, task, trigger_kind, crontab, every_ms, timeout_ms, anchor_at, content_hash)";
const RUN = "INSERT INTO run (id, task, queue, origin, status, timeout_ms, dedupe_key)";
const RESERVATION =
  "INSERT INTO reservation (type, status, location_id, product_id, quantity, package_item_id, transfer_item_id)";
const scheduleWith = (kind: string, crontab: string, everyMs: string) =>
  `${SCHEDULE} VALUES (gen_random_uuid(), 'key', 'ENV', 'task', '${kind}', ${crontab}, ${everyMs}, 1, now(), '')`;
const runWith = (status: string, dedupeKey: string) =>
  `${RUN} VALUES (gen_random_uuid(), 'task', 'oms', 'MANUAL', '${status}', 1, ${dedupeKey})`;

describe("the database refuses", () => {
  it.each([
    ["a crontab schedule with an interval", scheduleWith("CRONTAB", "'* * * * *'", "1000"), "schedule_trigger"],
    ["a crontab schedule without a crontab", scheduleWith("CRONTAB", "NULL", "NULL"), "schedule_trigger"],
    ["an interval schedule with a crontab", scheduleWith("INTERVAL", "'* * * * *'", "1000"), "schedule_trigger"],
    ["an interval schedule without an interval", scheduleWith("INTERVAL", "NULL", "NULL"), "schedule_trigger"],
    ["an interval of nothing", scheduleWith("INTERVAL", "NULL", "0"), "schedule_trigger"],
    [
      "two waiting runs of one configuration",
      `${runWith("SCHEDULED", "'a'")}; ${runWith("SCHEDULED", "'a'")}`,
      "run_one_scheduled_per_config",
    ],
    [
      "less than nothing on hand",
      "INSERT INTO stock (location_id, product_id, on_hand, source_updated_at) VALUES (1, 1, -1, now())",
      "stock_on_hand",
    ],
    ["an order item of no units", "UPDATE order_item SET quantity = 0", "order_item_quantity"],
    [
      "more units cancelled than ordered",
      "UPDATE order_item SET cancelled_quantity = 3",
      "order_item_cancelled_quantity",
    ],
    [
      "fewer units cancelled than none",
      "UPDATE order_item SET cancelled_quantity = -1",
      "order_item_cancelled_quantity",
    ],
    ["a package item of no units", "UPDATE package_item SET quantity = 0", "package_item_quantity"],
    ["a transfer item of no units", "UPDATE transfer_item SET quantity = 0", "transfer_item_quantity"],
    [
      "a transfer from a place to itself",
      "UPDATE transfer_order SET source_id = destination_id",
      "transfer_order_two_locations",
    ],
    [
      "a reservation of no units",
      `${RESERVATION} VALUES ('ORDER', 'ACTIVE', 1, 1, 0, 1, NULL)`,
      "reservation_quantity",
    ],
    [
      "an order's reservation without its package item",
      `${RESERVATION} VALUES ('ORDER', 'ACTIVE', 1, 1, 1, NULL, NULL)`,
      "reservation_holder",
    ],
    [
      "a transfer's reservation without its item",
      `${RESERVATION} VALUES ('TRANSFER', 'ACTIVE', 1, 1, 1, NULL, NULL)`,
      "reservation_holder",
    ],
    [
      "two active reservations of one package item",
      `${RESERVATION} VALUES ('ORDER', 'ACTIVE', 1, 1, 1, 1, NULL), ('ORDER', 'ACTIVE', 2, 1, 1, 1, NULL)`,
      "reservation_one_active_per_package_item",
    ],
    [
      "two active discrepancies of one product at one place",
      `${RESERVATION} VALUES ('INVENTORY_DISCREPANCY', 'ACTIVE', 1, 1, 1, NULL, NULL), ('INVENTORY_DISCREPANCY', 'ACTIVE', 1, 1, 1, NULL, NULL)`,
      "reservation_one_active_discrepancy",
    ],
  ])("%s", async (_what, statements, named) => {
    expect(await refusal(statements)).toContain(named);
  });
});

describe("the database takes", () => {
  it.each([
    ["a crontab schedule", scheduleWith("CRONTAB", "'* * * * *'", "NULL")],
    ["an interval schedule", scheduleWith("INTERVAL", "NULL", "1000")],
    [
      "a waiting run beside one of its configuration that is under way",
      `${runWith("PROCESSING", "'a'")}; ${runWith("SCHEDULED", "'a'")}`,
    ],
    [
      "any number of waiting runs that nothing guards",
      `${runWith("SCHEDULED", "NULL")}; ${runWith("SCHEDULED", "NULL")}`,
    ],
    [
      "a reservation after the released one",
      `${RESERVATION} VALUES ('ORDER', 'RELEASED', 1, 1, 1, 1, NULL), ('ORDER', 'ACTIVE', 2, 1, 1, 1, NULL)`,
    ],
    [
      "a discrepancy beside the reservations it concerns",
      `${RESERVATION} VALUES ('INVENTORY_DISCREPANCY', 'ACTIVE', 1, 1, 1, NULL, NULL), ('ORDER', 'ACTIVE', 1, 1, 1, 1, NULL)`,
    ],
  ])("%s", async (_what, statements) => {
    await expect(refusal(statements)).rejects.toThrow("nothing was refused");
  });
});
