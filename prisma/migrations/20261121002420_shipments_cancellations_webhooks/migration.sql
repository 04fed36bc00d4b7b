-- CreateEnum
CREATE TYPE "shipment_status" AS ENUM ('CREATED', 'DELETED', 'SHIPPING', 'READY_FOR_PICKUP', 'ATTEMPTED_DELIVERY', 'DELIVERY_FAILED', 'DELIVERED', 'EXPIRED');

-- CreateEnum
CREATE TYPE "cancellation_type" AS ENUM ('CANCEL', 'REFUND');

-- CreateEnum
CREATE TYPE "cancellation_plan_status" AS ENUM ('WAITING', 'PROCESSING', 'PARTIAL', 'COMPLETED', 'REJECTED', 'FAILED');

-- CreateEnum
CREATE TYPE "delivery_status" AS ENUM ('PENDING', 'PENDING_RETRY', 'DELIVERED', 'EXHAUSTED', 'DISABLED');

-- CreateTable
CREATE TABLE "shipment" (
    "id" BIGSERIAL NOT NULL,
    "package_id" BIGINT,
    "transfer_order_id" BIGINT,
    "carrier_code" TEXT NOT NULL,
    "tracking_number" TEXT,
    "awb_number" TEXT,
    "label_url" TEXT,
    "status" "shipment_status" NOT NULL DEFAULT 'CREATED',
    "raw_status" TEXT,
    "shipped_at" TIMESTAMPTZ(3),
    "delivered_at" TIMESTAMPTZ(3),
    "last_event_at" TIMESTAMPTZ(3),
    "last_polled_at" TIMESTAMPTZ(3),
    "next_poll_at" TIMESTAMPTZ(3) NOT NULL,
    "poll_failures" INTEGER NOT NULL DEFAULT 0,
    "poll_error" TEXT,
    "claimed_by" UUID,
    "claimed_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "shipment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "tracking_event" (
    "id" BIGSERIAL NOT NULL,
    "shipment_id" BIGINT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "status" "shipment_status" NOT NULL,
    "location" TEXT,
    "description" TEXT,

    CONSTRAINT "tracking_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "cancellation_plan" (
    "id" BIGSERIAL NOT NULL,
    "omnitron_id" BIGINT NOT NULL,
    "order_number" TEXT NOT NULL,
    "order_id" BIGINT,
    "type" "cancellation_type" NOT NULL,
    "status" "cancellation_plan_status" NOT NULL DEFAULT 'WAITING',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL,
    "last_error" TEXT,
    "remote_modified_at" TIMESTAMPTZ(3) NOT NULL,
    "payload" JSONB NOT NULL,
    "claimed_by" UUID,
    "claimed_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "cancellation_plan_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "cancellation_plan_item" (
    "id" BIGSERIAL NOT NULL,
    "plan_id" BIGINT NOT NULL,
    "omnitron_item_id" BIGINT NOT NULL,
    "order_item_id" BIGINT,
    "quantity" INTEGER NOT NULL,
    "done_quantity" INTEGER NOT NULL DEFAULT 0,
    "status" "cancellation_plan_status" NOT NULL DEFAULT 'WAITING',
    "package_id" BIGINT,
    "reason" TEXT,

    CONSTRAINT "cancellation_plan_item_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook" (
    "id" BIGSERIAL NOT NULL,
    "owner" TEXT NOT NULL,
    "target_url" TEXT NOT NULL,
    "event_type" TEXT NOT NULL,
    "secret" TEXT,
    "retry_config" JSONB NOT NULL DEFAULT '{}',
    "headers" JSONB NOT NULL DEFAULT '{}',
    "filter" JSONB NOT NULL DEFAULT '{}',
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "disabled_reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "webhook_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_delivery" (
    "id" BIGSERIAL NOT NULL,
    "event_id" UUID NOT NULL,
    "webhook_id" BIGINT NOT NULL,
    "status" "delivery_status" NOT NULL DEFAULT 'PENDING',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL,
    "leased_by" UUID,
    "leased_until" TIMESTAMPTZ(3),
    "last_http_status" INTEGER,
    "last_error" TEXT,
    "delivered_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "webhook_delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_attempt" (
    "id" BIGSERIAL NOT NULL,
    "delivery_id" BIGINT NOT NULL,
    "no" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "duration_ms" INTEGER NOT NULL,
    "http_status" INTEGER,
    "response_excerpt" TEXT,
    "error" TEXT,

    CONSTRAINT "webhook_attempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_request" (
    "id" BIGSERIAL NOT NULL,
    "source" TEXT NOT NULL,
    "event_uuid" TEXT NOT NULL,
    "headers" JSONB NOT NULL DEFAULT '{}',
    "body" JSONB NOT NULL,
    "status" TEXT NOT NULL,
    "error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "webhook_request_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_event" (
    "id" UUID NOT NULL,
    "timestamp" TIMESTAMPTZ(3) NOT NULL,
    "actor" TEXT,
    "remote_addr" TEXT,
    "url" TEXT,
    "entity_type" TEXT NOT NULL,
    "entity_id" TEXT NOT NULL,
    "content" JSONB NOT NULL,

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "archived_audit_event" (
    "id" UUID NOT NULL,
    "timestamp" TIMESTAMPTZ(3) NOT NULL,
    "actor" TEXT,
    "remote_addr" TEXT,
    "url" TEXT,
    "entity_type" TEXT NOT NULL,
    "entity_id" TEXT NOT NULL,
    "content" JSONB NOT NULL,
    "archived_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "archived_audit_event_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "shipment_tracking_number" ON "shipment"("carrier_code", "tracking_number");

-- CreateIndex
CREATE INDEX "shipment_created_at" ON "shipment"("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "tracking_event_once" ON "tracking_event"("shipment_id", "occurred_at", "status");

-- CreateIndex
CREATE UNIQUE INDEX "cancellation_plan_omnitron_id_key" ON "cancellation_plan"("omnitron_id");

-- CreateIndex
CREATE INDEX "cancellation_plan_order" ON "cancellation_plan"("order_id");

-- CreateIndex
CREATE INDEX "cancellation_plan_item_order_item" ON "cancellation_plan_item"("order_item_id");

-- CreateIndex
CREATE UNIQUE INDEX "cancellation_plan_item_pair" ON "cancellation_plan_item"("plan_id", "omnitron_item_id");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_subscription" ON "webhook"("owner", "target_url", "event_type");

-- CreateIndex
CREATE INDEX "webhook_delivery_webhook" ON "webhook_delivery"("webhook_id", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_delivery_once" ON "webhook_delivery"("event_id", "webhook_id");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_attempt_no" ON "webhook_attempt"("delivery_id", "no");

-- CreateIndex
CREATE INDEX "webhook_request_created_at" ON "webhook_request"("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_request_once" ON "webhook_request"("source", "event_uuid");

-- CreateIndex
CREATE INDEX "audit_event_timestamp" ON "audit_event"("timestamp");

-- CreateIndex
CREATE INDEX "audit_event_entity" ON "audit_event"("entity_type", "entity_id");

-- CreateIndex
CREATE INDEX "archived_audit_event_timestamp" ON "archived_audit_event"("timestamp");

-- AddForeignKey
ALTER TABLE "shipment" ADD CONSTRAINT "shipment_package_id_fkey" FOREIGN KEY ("package_id") REFERENCES "package"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shipment" ADD CONSTRAINT "shipment_transfer_order_id_fkey" FOREIGN KEY ("transfer_order_id") REFERENCES "transfer_order"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tracking_event" ADD CONSTRAINT "tracking_event_shipment_id_fkey" FOREIGN KEY ("shipment_id") REFERENCES "shipment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cancellation_plan" ADD CONSTRAINT "cancellation_plan_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cancellation_plan_item" ADD CONSTRAINT "cancellation_plan_item_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "cancellation_plan"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cancellation_plan_item" ADD CONSTRAINT "cancellation_plan_item_order_item_id_fkey" FOREIGN KEY ("order_item_id") REFERENCES "order_item"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook_delivery" ADD CONSTRAINT "webhook_delivery_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "event_queue"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook_delivery" ADD CONSTRAINT "webhook_delivery_webhook_id_fkey" FOREIGN KEY ("webhook_id") REFERENCES "webhook"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook_attempt" ADD CONSTRAINT "webhook_attempt_delivery_id_fkey" FOREIGN KEY ("delivery_id") REFERENCES "webhook_delivery"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's schema cannot say.

ALTER TABLE "shipment" ADD CONSTRAINT "shipment_has_one_parent" CHECK (num_nonnulls("package_id", "transfer_order_id") = 1);
CREATE UNIQUE INDEX "shipment_one_per_package" ON "shipment" ("package_id") WHERE "status" <> 'DELETED';
CREATE UNIQUE INDEX "shipment_one_per_transfer" ON "shipment" ("transfer_order_id") WHERE "status" <> 'DELETED';
CREATE INDEX "shipment_open_by_next_poll" ON "shipment" ("next_poll_at") WHERE "status" NOT IN ('DELIVERED', 'DELETED', 'EXPIRED');

ALTER TABLE "cancellation_plan_item" ADD CONSTRAINT "cancellation_plan_item_quantity" CHECK ("quantity" > 0 AND "done_quantity" BETWEEN 0 AND "quantity");
CREATE INDEX "cancellation_plan_due" ON "cancellation_plan" ("next_attempt_at") WHERE "status" IN ('WAITING', 'PROCESSING', 'PARTIAL');

CREATE INDEX "webhook_delivery_due" ON "webhook_delivery" ("next_attempt_at") WHERE "status" IN ('PENDING', 'PENDING_RETRY');
CREATE INDEX "event_queue_created_at" ON "event_queue" ("created_at");
