-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "schedule_source" AS ENUM ('ENV', 'API');

-- CreateEnum
CREATE TYPE "trigger_kind" AS ENUM ('CRONTAB', 'INTERVAL');

-- CreateEnum
CREATE TYPE "overlap_policy" AS ENUM ('skip', 'queue_one', 'allow');

-- CreateEnum
CREATE TYPE "missed_policy" AS ENUM ('skip', 'once', 'all');

-- CreateEnum
CREATE TYPE "run_status" AS ENUM ('SCHEDULED', 'PROCESSING', 'FINISHED', 'FAILED', 'CANCELLED', 'TIMED_OUT', 'SKIPPED', 'MISSED');

-- CreateEnum
CREATE TYPE "run_origin" AS ENUM ('SCHEDULE', 'CATCH_UP', 'MANUAL', 'WEBHOOK', 'BACKFILL', 'CHUNK');

-- CreateEnum
CREATE TYPE "order_state" AS ENUM ('CANCELLATION_WAITING', 'CANCELLED', 'WAITING', 'PAYMENT_WAITING', 'CONFIRMATION_WAITING', 'APPROVED', 'INACTIVE', 'PREPARING', 'SHIPPED', 'READY_FOR_PICKUP', 'ATTEMPTED_DELIVERY', 'DELIVERED', 'REFUNDED');

-- CreateEnum
CREATE TYPE "package_state" AS ENUM ('WAITING', 'WAITING_REMOTE_ACTION', 'WAITING_FOR_TRANSFER', 'PREPARING', 'BLOCKED', 'READY_FOR_PACKAGING', 'PACKED', 'SHIPPED', 'READY_FOR_PICKUP', 'ATTEMPTED_DELIVERY', 'DELIVERY_FAILED', 'DELIVERED', 'CANCELLED', 'NEEDS_REPLAN', 'OUT_OF_STOCK', 'DEFECTIVE_PRODUCT', 'UNAVAILABLE', 'CANCELLATION_WAITING', 'PACKED_FOR_REFUND');

-- CreateEnum
CREATE TYPE "transfer_state" AS ENUM ('WAITING', 'READY_TO_SHIPMENT', 'IN_TRANSIT', 'TRANSFERRED', 'OUT_OF_STOCK', 'CANCELLED');

-- CreateEnum
CREATE TYPE "plan_state" AS ENUM ('START', 'PENDING', 'CANCELLED', 'COMPLETED');

-- CreateEnum
CREATE TYPE "reservation_type" AS ENUM ('ORDER', 'TRANSFER', 'INVENTORY_DISCREPANCY', 'MANUAL');

-- CreateEnum
CREATE TYPE "reservation_status" AS ENUM ('ACTIVE', 'CONSUMED', 'RELEASED');

-- CreateEnum
CREATE TYPE "scenario_kind" AS ENUM ('DISTRIBUTION', 'TRANSFER');

-- CreateTable
CREATE TABLE "schedule" (
    "id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "source" "schedule_source" NOT NULL,
    "task" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "args" JSONB NOT NULL DEFAULT '{}',
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "disabled_reason" TEXT,
    "trigger_kind" "trigger_kind" NOT NULL,
    "crontab" TEXT,
    "every_ms" BIGINT,
    "timezone" TEXT NOT NULL DEFAULT 'UTC',
    "overlap" "overlap_policy" NOT NULL DEFAULT 'skip',
    "missed" "missed_policy" NOT NULL DEFAULT 'once',
    "grace_ms" BIGINT NOT NULL DEFAULT 60000,
    "timeout_ms" BIGINT NOT NULL,
    "retries" INTEGER NOT NULL DEFAULT 3,
    "backoff_ms" BIGINT NOT NULL DEFAULT 10000,
    "priority" INTEGER NOT NULL DEFAULT 0,
    "record_limit" INTEGER,
    "ping_url" TEXT,
    "paused_at" TIMESTAMPTZ(3),
    "paused_until" TIMESTAMPTZ(3),
    "paused_by" TEXT,
    "paused_reason" TEXT,
    "anchor_at" TIMESTAMPTZ(3) NOT NULL,
    "last_due_at" TIMESTAMPTZ(3),
    "content_hash" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "schedule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "run" (
    "id" UUID NOT NULL,
    "schedule_id" UUID,
    "task" TEXT NOT NULL,
    "queue" TEXT NOT NULL,
    "args" JSONB NOT NULL DEFAULT '{}',
    "origin" "run_origin" NOT NULL,
    "dry_run" BOOLEAN NOT NULL DEFAULT false,
    "due_at" TIMESTAMPTZ(3),
    "clock_at" TIMESTAMPTZ(3),
    "status" "run_status" NOT NULL,
    "reason_code" TEXT,
    "reason" TEXT,
    "occurrences" INTEGER NOT NULL DEFAULT 1,
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "max_attempts" INTEGER NOT NULL DEFAULT 1,
    "backoff_ms" BIGINT NOT NULL DEFAULT 10000,
    "timeout_ms" BIGINT NOT NULL,
    "priority" INTEGER NOT NULL DEFAULT 0,
    "record_limit" INTEGER,
    "dedupe_key" TEXT,
    "held" BOOLEAN NOT NULL DEFAULT false,
    "parent_id" UUID,
    "chunk_no" INTEGER,
    "requested_by" TEXT,
    "dispatch_no" INTEGER NOT NULL DEFAULT 0,
    "dispatched_at" TIMESTAMPTZ(3),
    "next_attempt_at" TIMESTAMPTZ(3),
    "lease_token" UUID,
    "lease_until" TIMESTAMPTZ(3),
    "worker" TEXT,
    "cancel_requested_at" TIMESTAMPTZ(3),
    "progress" JSONB,
    "result" JSONB,
    "problems" JSONB NOT NULL DEFAULT '[]',
    "problem_count" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "run_log" (
    "id" BIGSERIAL NOT NULL,
    "run_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "level" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "fields" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "run_log_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "process_heartbeat" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "pid" INTEGER NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "beat_at" TIMESTAMPTZ(3) NOT NULL,
    "info" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "process_heartbeat_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sync_cursor" (
    "source" TEXT NOT NULL,
    "cursor_at" TIMESTAMPTZ(3),
    "cursor_pk" BIGINT,
    "last_success_at" TIMESTAMPTZ(3),
    "last_error" TEXT,

    CONSTRAINT "sync_cursor_pkey" PRIMARY KEY ("source")
);

-- CreateTable
CREATE TABLE "import_problem" (
    "id" BIGSERIAL NOT NULL,
    "source" TEXT NOT NULL,
    "remote_id" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "error" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "resolved_at" TIMESTAMPTZ(3),

    CONSTRAINT "import_problem_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "channel" (
    "id" BIGSERIAL NOT NULL,
    "omnitron_id" BIGINT NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "channel_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "product" (
    "id" BIGSERIAL NOT NULL,
    "sku" TEXT NOT NULL,
    "omnitron_id" BIGINT,
    "barcode" TEXT,
    "name" TEXT NOT NULL,

    CONSTRAINT "product_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "stock_location" (
    "id" BIGSERIAL NOT NULL,
    "erp_code" TEXT NOT NULL,
    "omnitron_id" BIGINT,
    "name" TEXT NOT NULL,
    "type" TEXT NOT NULL DEFAULT 'WAREHOUSE',
    "priority" INTEGER NOT NULL DEFAULT 0,
    "max_quota" INTEGER,
    "country" TEXT,
    "state" TEXT,
    "city" TEXT,
    "district" TEXT,
    "latitude" DOUBLE PRECISION,
    "longitude" DOUBLE PRECISION,
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "is_fulfillment_center" BOOLEAN NOT NULL DEFAULT true,
    "safety_stock" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "stock_location_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "stock" (
    "id" BIGSERIAL NOT NULL,
    "location_id" BIGINT NOT NULL,
    "product_id" BIGINT NOT NULL,
    "on_hand" INTEGER NOT NULL,
    "source_updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stock_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "reservation" (
    "id" BIGSERIAL NOT NULL,
    "type" "reservation_type" NOT NULL,
    "status" "reservation_status" NOT NULL DEFAULT 'ACTIVE',
    "location_id" BIGINT NOT NULL,
    "product_id" BIGINT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "package_item_id" BIGINT,
    "transfer_item_id" BIGINT,
    "reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "released_at" TIMESTAMPTZ(3),
    "release_reason" TEXT,

    CONSTRAINT "reservation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "orders" (
    "id" BIGSERIAL NOT NULL,
    "omnitron_id" BIGINT NOT NULL,
    "number" TEXT NOT NULL,
    "channel_id" BIGINT NOT NULL,
    "state" "order_state" NOT NULL,
    "remote_status" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "payment_type" TEXT,
    "cargo_company" TEXT,
    "shipping_option" TEXT,
    "customer_type" TEXT,
    "address" JSONB NOT NULL,
    "placed_at" TIMESTAMPTZ(3) NOT NULL,
    "remote_modified_at" TIMESTAMPTZ(3) NOT NULL,
    "payload" JSONB NOT NULL,
    "claimed_by" UUID,
    "claimed_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "orders_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "order_item" (
    "id" BIGSERIAL NOT NULL,
    "order_id" BIGINT NOT NULL,
    "omnitron_id" BIGINT NOT NULL,
    "product_id" BIGINT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "cancelled_quantity" INTEGER NOT NULL DEFAULT 0,
    "state" "order_state" NOT NULL,
    "price_minor" BIGINT NOT NULL,
    "attributes" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "order_item_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "distribution_scenario" (
    "id" BIGSERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "kind" "scenario_kind" NOT NULL DEFAULT 'DISTRIBUTION',
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "priority" INTEGER NOT NULL DEFAULT 0,
    "conditions" JSONB NOT NULL DEFAULT '{}',
    "default_location_id" BIGINT,
    "initial_state" "package_state" NOT NULL DEFAULT 'WAITING',

    CONSTRAINT "distribution_scenario_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "scenario_rule" (
    "id" BIGSERIAL NOT NULL,
    "scenario_id" BIGINT NOT NULL,
    "position" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "product_condition" JSONB NOT NULL DEFAULT '{}',
    "location_filter" JSONB NOT NULL DEFAULT '{}',
    "sort" JSONB NOT NULL DEFAULT '[]',
    "select_by_quota" BOOLEAN NOT NULL DEFAULT false,
    "allow_split" BOOLEAN NOT NULL DEFAULT true,
    "max_packages" INTEGER,
    "transferable" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "scenario_rule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "order_execution_plan" (
    "id" BIGSERIAL NOT NULL,
    "order_id" BIGINT NOT NULL,
    "state" "plan_state" NOT NULL,
    "scenario_id" BIGINT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "context" JSONB NOT NULL DEFAULT '{}',
    "context_hash" TEXT,
    "context_updated_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "order_execution_plan_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "order_execution_plan_item" (
    "id" BIGSERIAL NOT NULL,
    "plan_id" BIGINT NOT NULL,
    "order_item_id" BIGINT NOT NULL,
    "package_item_id" BIGINT,
    "state" "plan_state" NOT NULL,
    "excluded_location_ids" BIGINT[] DEFAULT ARRAY[]::BIGINT[],

    CONSTRAINT "order_execution_plan_item_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "package" (
    "id" BIGSERIAL NOT NULL,
    "number" TEXT NOT NULL,
    "order_id" BIGINT NOT NULL,
    "plan_id" BIGINT NOT NULL,
    "location_id" BIGINT NOT NULL,
    "state" "package_state" NOT NULL,
    "state_before" "package_state",
    "replan_attempts" INTEGER NOT NULL DEFAULT 0,
    "next_replan_at" TIMESTAMPTZ(3),
    "replanned_from_id" BIGINT,
    "cancel_reason" TEXT,
    "cancellation_error" TEXT,
    "invoice_number" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "package_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "package_item" (
    "id" BIGSERIAL NOT NULL,
    "package_id" BIGINT NOT NULL,
    "order_item_id" BIGINT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "state" "package_state" NOT NULL,
    "denial_reason" TEXT,

    CONSTRAINT "package_item_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "transfer_order" (
    "id" BIGSERIAL NOT NULL,
    "number" TEXT NOT NULL,
    "package_id" BIGINT NOT NULL,
    "order_id" BIGINT NOT NULL,
    "source_id" BIGINT NOT NULL,
    "destination_id" BIGINT NOT NULL,
    "state" "transfer_state" NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_retry_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "transfer_order_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "transfer_item" (
    "id" BIGSERIAL NOT NULL,
    "transfer_order_id" BIGINT NOT NULL,
    "package_item_id" BIGINT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "state" "transfer_state" NOT NULL,

    CONSTRAINT "transfer_item_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "state_transition_log" (
    "id" BIGSERIAL NOT NULL,
    "entity_type" TEXT NOT NULL,
    "entity_id" BIGINT NOT NULL,
    "old_state" TEXT,
    "new_state" TEXT NOT NULL,
    "command" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "attributes" JSONB NOT NULL DEFAULT '{}',
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "state_transition_log_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "event_queue" (
    "id" UUID NOT NULL,
    "event_type" TEXT NOT NULL,
    "entity_type" TEXT NOT NULL,
    "entity_id" BIGINT NOT NULL,
    "payload" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "modified_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "processed_at" TIMESTAMPTZ(3),
    "dispatch_count" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "event_queue_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "schedule_key_key" ON "schedule"("key");

-- CreateIndex
CREATE INDEX "run_created_at" ON "run"("created_at");

-- CreateIndex
CREATE INDEX "run_task_created_at" ON "run"("task", "created_at");

-- CreateIndex
CREATE INDEX "run_parent" ON "run"("parent_id");

-- CreateIndex
CREATE UNIQUE INDEX "run_one_per_occurrence" ON "run"("schedule_id", "due_at");

-- CreateIndex
CREATE INDEX "run_log_run" ON "run_log"("run_id", "id");

-- CreateIndex
CREATE INDEX "process_heartbeat_kind" ON "process_heartbeat"("kind", "beat_at");

-- CreateIndex
CREATE UNIQUE INDEX "import_problem_record" ON "import_problem"("source", "remote_id");

-- CreateIndex
CREATE UNIQUE INDEX "channel_omnitron_id_key" ON "channel"("omnitron_id");

-- CreateIndex
CREATE UNIQUE INDEX "product_sku_key" ON "product"("sku");

-- CreateIndex
CREATE UNIQUE INDEX "product_omnitron_id_key" ON "product"("omnitron_id");

-- CreateIndex
CREATE UNIQUE INDEX "stock_location_erp_code_key" ON "stock_location"("erp_code");

-- CreateIndex
CREATE UNIQUE INDEX "stock_location_omnitron_id_key" ON "stock_location"("omnitron_id");

-- CreateIndex
CREATE INDEX "stock_product" ON "stock"("product_id");

-- CreateIndex
CREATE UNIQUE INDEX "stock_location_product" ON "stock"("location_id", "product_id");

-- CreateIndex
CREATE UNIQUE INDEX "orders_omnitron_id_key" ON "orders"("omnitron_id");

-- CreateIndex
CREATE UNIQUE INDEX "orders_number_key" ON "orders"("number");

-- CreateIndex
CREATE UNIQUE INDEX "order_item_omnitron_id_key" ON "order_item"("omnitron_id");

-- CreateIndex
CREATE INDEX "order_item_order" ON "order_item"("order_id");

-- CreateIndex
CREATE INDEX "order_item_product" ON "order_item"("product_id");

-- CreateIndex
CREATE UNIQUE INDEX "distribution_scenario_name_key" ON "distribution_scenario"("name");

-- CreateIndex
CREATE UNIQUE INDEX "scenario_rule_position" ON "scenario_rule"("scenario_id", "position");

-- CreateIndex
CREATE UNIQUE INDEX "order_execution_plan_order_id_key" ON "order_execution_plan"("order_id");

-- CreateIndex
CREATE INDEX "order_execution_plan_state" ON "order_execution_plan"("state", "updated_at");

-- CreateIndex
CREATE INDEX "order_execution_plan_created_at" ON "order_execution_plan"("created_at");

-- CreateIndex
CREATE INDEX "order_execution_plan_item_order_item" ON "order_execution_plan_item"("order_item_id");

-- CreateIndex
CREATE UNIQUE INDEX "order_execution_plan_item_pair" ON "order_execution_plan_item"("plan_id", "order_item_id");

-- CreateIndex
CREATE UNIQUE INDEX "package_number_key" ON "package"("number");

-- CreateIndex
CREATE INDEX "package_order" ON "package"("order_id");

-- CreateIndex
CREATE INDEX "package_location_state" ON "package"("location_id", "state");

-- CreateIndex
CREATE INDEX "package_plan_state" ON "package"("plan_id", "state");

-- CreateIndex
CREATE INDEX "package_item_order_item" ON "package_item"("order_item_id");

-- CreateIndex
CREATE UNIQUE INDEX "package_item_pair" ON "package_item"("package_id", "order_item_id");

-- CreateIndex
CREATE UNIQUE INDEX "transfer_order_number_key" ON "transfer_order"("number");

-- CreateIndex
CREATE INDEX "transfer_order_package" ON "transfer_order"("package_id");

-- CreateIndex
CREATE INDEX "transfer_item_package_item" ON "transfer_item"("package_item_id");

-- CreateIndex
CREATE UNIQUE INDEX "transfer_item_pair" ON "transfer_item"("transfer_order_id", "package_item_id");

-- CreateIndex
CREATE INDEX "state_transition_log_entity" ON "state_transition_log"("entity_type", "entity_id", "at");

-- AddForeignKey
ALTER TABLE "run" ADD CONSTRAINT "run_schedule_id_fkey" FOREIGN KEY ("schedule_id") REFERENCES "schedule"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run_log" ADD CONSTRAINT "run_log_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "stock" ADD CONSTRAINT "stock_location_id_fkey" FOREIGN KEY ("location_id") REFERENCES "stock_location"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "stock" ADD CONSTRAINT "stock_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "product"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "reservation" ADD CONSTRAINT "reservation_location_id_fkey" FOREIGN KEY ("location_id") REFERENCES "stock_location"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "reservation" ADD CONSTRAINT "reservation_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "product"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "reservation" ADD CONSTRAINT "reservation_package_item_id_fkey" FOREIGN KEY ("package_item_id") REFERENCES "package_item"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "reservation" ADD CONSTRAINT "reservation_transfer_item_id_fkey" FOREIGN KEY ("transfer_item_id") REFERENCES "transfer_item"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "orders" ADD CONSTRAINT "orders_channel_id_fkey" FOREIGN KEY ("channel_id") REFERENCES "channel"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "order_item" ADD CONSTRAINT "order_item_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "order_item" ADD CONSTRAINT "order_item_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "product"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "distribution_scenario" ADD CONSTRAINT "distribution_scenario_default_location_id_fkey" FOREIGN KEY ("default_location_id") REFERENCES "stock_location"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "scenario_rule" ADD CONSTRAINT "scenario_rule_scenario_id_fkey" FOREIGN KEY ("scenario_id") REFERENCES "distribution_scenario"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "order_execution_plan" ADD CONSTRAINT "order_execution_plan_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "order_execution_plan_item" ADD CONSTRAINT "order_execution_plan_item_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "order_execution_plan"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "order_execution_plan_item" ADD CONSTRAINT "order_execution_plan_item_order_item_id_fkey" FOREIGN KEY ("order_item_id") REFERENCES "order_item"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "package" ADD CONSTRAINT "package_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "package" ADD CONSTRAINT "package_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "order_execution_plan"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "package" ADD CONSTRAINT "package_location_id_fkey" FOREIGN KEY ("location_id") REFERENCES "stock_location"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "package_item" ADD CONSTRAINT "package_item_package_id_fkey" FOREIGN KEY ("package_id") REFERENCES "package"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "package_item" ADD CONSTRAINT "package_item_order_item_id_fkey" FOREIGN KEY ("order_item_id") REFERENCES "order_item"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "transfer_order" ADD CONSTRAINT "transfer_order_package_id_fkey" FOREIGN KEY ("package_id") REFERENCES "package"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "transfer_order" ADD CONSTRAINT "transfer_order_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "transfer_order" ADD CONSTRAINT "transfer_order_source_id_fkey" FOREIGN KEY ("source_id") REFERENCES "stock_location"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "transfer_order" ADD CONSTRAINT "transfer_order_destination_id_fkey" FOREIGN KEY ("destination_id") REFERENCES "stock_location"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "transfer_item" ADD CONSTRAINT "transfer_item_transfer_order_id_fkey" FOREIGN KEY ("transfer_order_id") REFERENCES "transfer_order"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "transfer_item" ADD CONSTRAINT "transfer_item_package_item_id_fkey" FOREIGN KEY ("package_item_id") REFERENCES "package_item"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
