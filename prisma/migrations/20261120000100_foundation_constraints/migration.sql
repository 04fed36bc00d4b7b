-- What the Prisma schema cannot say: partial indexes and checks. Prisma neither sees nor removes them.

-- Ledger

ALTER TABLE "schedule"
  ADD CONSTRAINT "schedule_trigger" CHECK (
    CASE "trigger_kind"
      WHEN 'CRONTAB' THEN "crontab" IS NOT NULL AND "every_ms" IS NULL
      WHEN 'INTERVAL' THEN "every_ms" > 0 AND "every_ms" IS NOT NULL AND "crontab" IS NULL
    END
  );

-- The duplicate guard: at most one waiting run of a configuration.
CREATE UNIQUE INDEX "run_one_scheduled_per_config" ON "run" ("dedupe_key") WHERE "status" = 'SCHEDULED' AND "dedupe_key" IS NOT NULL;
-- The overlap policy asks for a schedule's open runs on every tick.
CREATE INDEX "run_open_by_schedule" ON "run" ("schedule_id") WHERE "status" IN ('SCHEDULED', 'PROCESSING');
-- The repair sweeps.
CREATE INDEX "run_lease" ON "run" ("lease_until") WHERE "status" = 'PROCESSING';
CREATE INDEX "run_waiting" ON "run" ("created_at") WHERE "status" = 'SCHEDULED';

-- Orders

CREATE INDEX "orders_approved" ON "orders" ("placed_at", "id") WHERE "state" = 'APPROVED';

ALTER TABLE "order_item"
  ADD CONSTRAINT "order_item_quantity" CHECK ("quantity" > 0),
  ADD CONSTRAINT "order_item_cancelled_quantity" CHECK ("cancelled_quantity" BETWEEN 0 AND "quantity");

-- Stock and reservations

ALTER TABLE "stock" ADD CONSTRAINT "stock_on_hand" CHECK ("on_hand" >= 0);

ALTER TABLE "reservation"
  ADD CONSTRAINT "reservation_quantity" CHECK ("quantity" > 0),
  ADD CONSTRAINT "reservation_holder" CHECK (
    CASE "type"
      WHEN 'ORDER' THEN "package_item_id" IS NOT NULL
      WHEN 'TRANSFER' THEN "transfer_item_id" IS NOT NULL
      ELSE TRUE
    END
  );

CREATE INDEX "reservation_active" ON "reservation" ("location_id", "product_id") WHERE "status" = 'ACTIVE';
CREATE UNIQUE INDEX "reservation_one_active_discrepancy" ON "reservation" ("location_id", "product_id") WHERE "type" = 'INVENTORY_DISCREPANCY' AND "status" = 'ACTIVE';
CREATE UNIQUE INDEX "reservation_one_active_per_package_item" ON "reservation" ("package_item_id") WHERE "type" = 'ORDER' AND "status" = 'ACTIVE';
CREATE INDEX "reservation_active_by_age" ON "reservation" ("type", "created_at") WHERE "status" = 'ACTIVE';

-- Packages and transfers: one small index per task that looks for work by state.

CREATE INDEX "package_replan_due" ON "package" ("next_replan_at") WHERE "state" IN ('NEEDS_REPLAN', 'OUT_OF_STOCK', 'DEFECTIVE_PRODUCT', 'UNAVAILABLE');
CREATE INDEX "package_cancellation_waiting" ON "package" ("id") WHERE "state" = 'CANCELLATION_WAITING';
CREATE INDEX "package_packed" ON "package" ("id") WHERE "state" = 'PACKED';

ALTER TABLE "package_item" ADD CONSTRAINT "package_item_quantity" CHECK ("quantity" > 0);
ALTER TABLE "transfer_item" ADD CONSTRAINT "transfer_item_quantity" CHECK ("quantity" > 0);
ALTER TABLE "transfer_order" ADD CONSTRAINT "transfer_order_two_locations" CHECK ("source_id" <> "destination_id");

CREATE INDEX "transfer_order_retry_due" ON "transfer_order" ("next_retry_at") WHERE "state" = 'OUT_OF_STOCK';

-- Outbox

CREATE INDEX "event_queue_unprocessed" ON "event_queue" ("modified_at") WHERE "processed_at" IS NULL;
