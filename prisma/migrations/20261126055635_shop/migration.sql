-- CreateEnum
CREATE TYPE "shop_order_status" AS ENUM ('PLACED', 'CONFIRMED', 'PACKED', 'SHIPPED', 'DELIVERED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "shop_payment_state" AS ENUM ('AWAITING', 'AUTHORIZED', 'PAID', 'PARTIALLY_REFUNDED', 'REFUNDED', 'CHARGED_BACK', 'HELD', 'REFUND_DUE', 'NOT_PAID');

-- CreateEnum
CREATE TYPE "shop_cart_status" AS ENUM ('OPEN', 'ORDERED', 'LEAD', 'ANONYMISED');

-- CreateEnum
CREATE TYPE "shop_lead_status" AS ENUM ('OPEN', 'BOUGHT', 'ENDED', 'ERASED');

-- CreateEnum
CREATE TYPE "shop_movement_kind" AS ENUM ('RECEIVED', 'LOST', 'DAMAGED', 'DEFECTIVE', 'FOUND', 'RETURNED_SELLABLE', 'RETURNED_UNSELLABLE', 'COUNTED', 'SALE', 'SALE_CANCELLED');

-- CreateEnum
CREATE TYPE "shop_reservation_status" AS ENUM ('HELD', 'SOLD', 'RELEASED');

-- CreateEnum
CREATE TYPE "shop_notice_status" AS ENUM ('DUE', 'QUEUED', 'SUPERSEDED', 'FAILED');

-- CreateEnum
CREATE TYPE "shop_subscription_status" AS ENUM ('PENDING', 'CONFIRMED', 'NOTIFIED', 'BOUGHT', 'EXPIRED', 'UNSUBSCRIBED');

-- CreateEnum
CREATE TYPE "shop_parcel_status" AS ENUM ('PACKED', 'SHIPPED', 'DELIVERED', 'RETURNED', 'LOST', 'CANCELLED');

-- CreateEnum
CREATE TYPE "shop_label_status" AS ENUM ('DUE', 'BUYING', 'BOUGHT', 'FAILED', 'VOIDING', 'VOIDED');

-- CreateEnum
CREATE TYPE "shop_payment_status" AS ENUM ('OPEN', 'PENDING', 'AUTHORIZED', 'PAID', 'FAILED', 'CANCELED', 'EXPIRED');

-- CreateEnum
CREATE TYPE "shop_refund_status" AS ENUM ('DUE', 'UNKNOWN', 'QUEUED', 'PENDING', 'PROCESSING', 'REFUNDED', 'FAILED', 'CANCELED');

-- CreateEnum
CREATE TYPE "shop_dispute_status" AS ENUM ('OPEN', 'WON', 'LOST');

-- CreateTable
CREATE TABLE "shop_customer" (
    "id" BIGSERIAL NOT NULL,
    "reference" TEXT NOT NULL,
    "email" TEXT,
    "email_key" TEXT,
    "name" TEXT,
    "phone" TEXT,
    "locale" TEXT NOT NULL DEFAULT 'en',
    "time_zone" TEXT,
    "erased_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "shop_customer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shop_order" (
    "id" BIGSERIAL NOT NULL,
    "reference" TEXT NOT NULL,
    "customer_id" BIGINT,
    "cart_id" BIGINT,
    "status" "shop_order_status" NOT NULL DEFAULT 'PLACED',
    "payment_state" "shop_payment_state" NOT NULL DEFAULT 'AWAITING',
    "held_reason" TEXT,
    "email" TEXT,
    "email_key" TEXT,
    "name" TEXT,
    "phone" TEXT,
    "locale" TEXT NOT NULL DEFAULT 'en',
    "time_zone" TEXT,
    "ship_to" JSONB NOT NULL DEFAULT '{}',
    "currency" TEXT NOT NULL,
    "total_minor" BIGINT NOT NULL,
    "placed_at" TIMESTAMPTZ(3) NOT NULL,
    "confirmed_at" TIMESTAMPTZ(3),
    "cancelled_at" TIMESTAMPTZ(3),
    "pay_by" TIMESTAMPTZ(3),
    "erased_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "shop_order_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shop_order_line" (
    "order_id" BIGINT NOT NULL,
    "line_no" INTEGER NOT NULL,
    "sku" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "price_minor" BIGINT NOT NULL,

    CONSTRAINT "shop_order_line_pkey" PRIMARY KEY ("order_id","line_no")
);

-- CreateTable
CREATE TABLE "shop_cart" (
    "id" BIGSERIAL NOT NULL,
    "reference" TEXT NOT NULL,
    "customer_id" BIGINT,
    "status" "shop_cart_status" NOT NULL DEFAULT 'OPEN',
    "currency" TEXT NOT NULL,
    "last_activity_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "shop_cart_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shop_cart_line" (
    "cart_id" BIGINT NOT NULL,
    "line_no" INTEGER NOT NULL,
    "sku" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "price_minor" BIGINT NOT NULL,

    CONSTRAINT "shop_cart_line_pkey" PRIMARY KEY ("cart_id","line_no")
);

-- CreateTable
CREATE TABLE "shop_checkout" (
    "id" BIGSERIAL NOT NULL,
    "reference" TEXT NOT NULL,
    "cart_id" BIGINT NOT NULL,
    "step" TEXT NOT NULL,
    "email" TEXT,
    "email_key" TEXT,
    "name" TEXT,
    "phone" TEXT,
    "locale" TEXT NOT NULL DEFAULT 'en',
    "time_zone" TEXT,
    "ship_to" JSONB NOT NULL DEFAULT '{}',
    "consent_at" TIMESTAMPTZ(3),
    "consent_text" TEXT,
    "last_activity_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "shop_checkout_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shop_lead" (
    "id" BIGSERIAL NOT NULL,
    "cart_id" BIGINT,
    "cart_reference" TEXT NOT NULL,
    "status" "shop_lead_status" NOT NULL DEFAULT 'OPEN',
    "end_reason" TEXT,
    "email" TEXT,
    "email_key" TEXT,
    "name" TEXT,
    "locale" TEXT NOT NULL DEFAULT 'en',
    "time_zone" TEXT,
    "consent_at" TIMESTAMPTZ(3) NOT NULL,
    "consent_text" TEXT,
    "currency" TEXT NOT NULL,
    "lines" JSONB NOT NULL,
    "reminders_sent" INTEGER NOT NULL DEFAULT 0,
    "next_reminder_at" TIMESTAMPTZ(3),
    "restore_token_hash" TEXT,
    "restore_until" TIMESTAMPTZ(3),
    "restored_at" TIMESTAMPTZ(3),
    "abandoned_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "shop_lead_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shop_product" (
    "id" BIGSERIAL NOT NULL,
    "sku" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "price_minor" BIGINT,
    "currency" TEXT,
    "url" TEXT,
    "on_hand" BIGINT NOT NULL DEFAULT 0,
    "reserved" BIGINT NOT NULL DEFAULT 0,
    "safety" BIGINT NOT NULL DEFAULT 0,
    "is_on_sale" BOOLEAN NOT NULL DEFAULT false,
    "sold_out_at" TIMESTAMPTZ(3),
    "back_in_stock_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "shop_product_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shop_movement" (
    "id" BIGSERIAL NOT NULL,
    "sku" TEXT NOT NULL,
    "product_id" BIGINT,
    "kind" "shop_movement_kind" NOT NULL,
    "quantity" BIGINT,
    "counted" BIGINT,
    "reason" TEXT,
    "actor" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "source_ref" TEXT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "applied_at" TIMESTAMPTZ(3),
    "effect" BIGINT,
    "refusal" TEXT,

    CONSTRAINT "shop_movement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shop_reservation" (
    "id" BIGSERIAL NOT NULL,
    "order_id" BIGINT NOT NULL,
    "product_id" BIGINT NOT NULL,
    "quantity" BIGINT NOT NULL,
    "status" "shop_reservation_status" NOT NULL DEFAULT 'HELD',
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "shop_reservation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shop_notice" (
    "id" BIGSERIAL NOT NULL,
    "key" TEXT NOT NULL,
    "order_id" BIGINT,
    "parcel_id" BIGINT,
    "kind" TEXT NOT NULL,
    "status" "shop_notice_status" NOT NULL DEFAULT 'DUE',
    "detail" JSONB NOT NULL DEFAULT '{}',
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "error" TEXT,
    "claimed_by" UUID,
    "claimed_until" TIMESTAMPTZ(3),

    CONSTRAINT "shop_notice_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shop_suppression" (
    "id" BIGSERIAL NOT NULL,
    "list" TEXT NOT NULL,
    "email_hash" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "shop_suppression_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shop_mail_report" (
    "id" BIGSERIAL NOT NULL,
    "message_id" TEXT NOT NULL,
    "email_hash" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "shop_mail_report_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shop_stock_subscription" (
    "id" BIGSERIAL NOT NULL,
    "product_id" BIGINT NOT NULL,
    "status" "shop_subscription_status" NOT NULL DEFAULT 'PENDING',
    "email" TEXT,
    "email_key" TEXT,
    "locale" TEXT NOT NULL DEFAULT 'en',
    "time_zone" TEXT,
    "consent_text" TEXT NOT NULL,
    "confirm_token_hash" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "confirmed_at" TIMESTAMPTZ(3),
    "notified_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "shop_stock_subscription_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shop_parcel" (
    "id" BIGSERIAL NOT NULL,
    "reference" TEXT NOT NULL,
    "order_id" BIGINT NOT NULL,
    "status" "shop_parcel_status" NOT NULL DEFAULT 'PACKED',
    "carrier" TEXT NOT NULL,
    "weight_grams" INTEGER,
    "tracking_number" TEXT,
    "tracking_url" TEXT,
    "packed_at" TIMESTAMPTZ(3) NOT NULL,
    "shipped_at" TIMESTAMPTZ(3),
    "delivered_at" TIMESTAMPTZ(3),
    "next_check_at" TIMESTAMPTZ(3),
    "failed_checks" INTEGER NOT NULL DEFAULT 0,
    "last_check_error" TEXT,
    "claimed_by" UUID,
    "claimed_until" TIMESTAMPTZ(3),

    CONSTRAINT "shop_parcel_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shop_label" (
    "id" UUID NOT NULL,
    "parcel_id" BIGINT NOT NULL,
    "reference" TEXT NOT NULL,
    "status" "shop_label_status" NOT NULL DEFAULT 'DUE',
    "carrier_label_id" TEXT,
    "tracking_number" TEXT,
    "pdf" BYTEA,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "bought_at" TIMESTAMPTZ(3),
    "voided_at" TIMESTAMPTZ(3),
    "next_try_at" TIMESTAMPTZ(3),
    "claimed_by" UUID,
    "claimed_until" TIMESTAMPTZ(3),

    CONSTRAINT "shop_label_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shop_payment" (
    "id" UUID NOT NULL,
    "order_id" BIGINT NOT NULL,
    "provider" TEXT NOT NULL,
    "provider_id" TEXT,
    "mode" TEXT,
    "method" TEXT,
    "status" "shop_payment_status" NOT NULL DEFAULT 'OPEN',
    "raw_status" TEXT,
    "amount_minor" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "refunded_minor" BIGINT NOT NULL DEFAULT 0,
    "is_cancelable" BOOLEAN NOT NULL DEFAULT false,
    "failure_reason" TEXT,
    "checkout_url" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "capture_before" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "next_check_at" TIMESTAMPTZ(3),
    "checks" INTEGER NOT NULL DEFAULT 0,
    "failed_checks" INTEGER NOT NULL DEFAULT 0,
    "last_check_error" TEXT,
    "claimed_by" UUID,
    "claimed_until" TIMESTAMPTZ(3),

    CONSTRAINT "shop_payment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shop_payment_observation" (
    "id" BIGSERIAL NOT NULL,
    "payment_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "source" TEXT NOT NULL,
    "raw_status" TEXT NOT NULL,
    "from_status" "shop_payment_status" NOT NULL,
    "to_status" "shop_payment_status" NOT NULL,
    "effect" TEXT NOT NULL,
    "detail" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "shop_payment_observation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shop_payment_hint" (
    "provider" TEXT NOT NULL,
    "provider_id" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "shop_payment_hint_pkey" PRIMARY KEY ("provider","provider_id")
);

-- CreateTable
CREATE TABLE "shop_refund" (
    "id" UUID NOT NULL,
    "payment_id" UUID NOT NULL,
    "cause" TEXT NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "status" "shop_refund_status" NOT NULL DEFAULT 'DUE',
    "raw_status" TEXT,
    "provider_id" TEXT,
    "idempotency_key" UUID NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "requested_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "sent_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "next_check_at" TIMESTAMPTZ(3),
    "claimed_by" UUID,
    "claimed_until" TIMESTAMPTZ(3),

    CONSTRAINT "shop_refund_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shop_dispute" (
    "id" UUID NOT NULL,
    "payment_id" UUID NOT NULL,
    "provider" TEXT NOT NULL,
    "provider_id" TEXT NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "status" "shop_dispute_status" NOT NULL DEFAULT 'OPEN',
    "reason" TEXT,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "shop_dispute_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "shop_customer_reference_key" ON "shop_customer"("reference");

-- CreateIndex
CREATE INDEX "shop_customer_email" ON "shop_customer"("email_key");

-- CreateIndex
CREATE UNIQUE INDEX "shop_order_reference_key" ON "shop_order"("reference");

-- CreateIndex
CREATE INDEX "shop_order_email" ON "shop_order"("email_key");

-- CreateIndex
CREATE INDEX "shop_order_customer" ON "shop_order"("customer_id");

-- CreateIndex
CREATE INDEX "shop_order_cart" ON "shop_order"("cart_id");

-- CreateIndex
CREATE INDEX "shop_order_line_sku" ON "shop_order_line"("sku");

-- CreateIndex
CREATE UNIQUE INDEX "shop_cart_reference_key" ON "shop_cart"("reference");

-- CreateIndex
CREATE INDEX "shop_cart_idle" ON "shop_cart"("status", "last_activity_at");

-- CreateIndex
CREATE UNIQUE INDEX "shop_checkout_reference_key" ON "shop_checkout"("reference");

-- CreateIndex
CREATE INDEX "shop_checkout_cart" ON "shop_checkout"("cart_id");

-- CreateIndex
CREATE INDEX "shop_checkout_email" ON "shop_checkout"("email_key");

-- CreateIndex
CREATE UNIQUE INDEX "shop_lead_cart_reference_key" ON "shop_lead"("cart_reference");

-- CreateIndex
CREATE UNIQUE INDEX "shop_lead_restore_token_hash_key" ON "shop_lead"("restore_token_hash");

-- CreateIndex
CREATE INDEX "shop_lead_email" ON "shop_lead"("email_key");

-- CreateIndex
CREATE INDEX "shop_lead_due" ON "shop_lead"("status", "next_reminder_at");

-- CreateIndex
CREATE UNIQUE INDEX "shop_product_sku_key" ON "shop_product"("sku");

-- CreateIndex
CREATE INDEX "shop_movement_product" ON "shop_movement"("product_id", "occurred_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "shop_movement_once" ON "shop_movement"("source", "source_ref");

-- CreateIndex
CREATE INDEX "shop_reservation_product" ON "shop_reservation"("product_id");

-- CreateIndex
CREATE UNIQUE INDEX "shop_reservation_once" ON "shop_reservation"("order_id", "product_id");

-- CreateIndex
CREATE UNIQUE INDEX "shop_notice_key_key" ON "shop_notice"("key");

-- CreateIndex
CREATE INDEX "shop_notice_order" ON "shop_notice"("order_id");

-- CreateIndex
CREATE INDEX "shop_notice_due" ON "shop_notice"("status", "due_at");

-- CreateIndex
CREATE UNIQUE INDEX "shop_suppression_once" ON "shop_suppression"("list", "email_hash");

-- CreateIndex
CREATE INDEX "shop_mail_report_email" ON "shop_mail_report"("email_hash", "occurred_at");

-- CreateIndex
CREATE UNIQUE INDEX "shop_mail_report_once" ON "shop_mail_report"("message_id", "email_hash");

-- CreateIndex
CREATE UNIQUE INDEX "shop_stock_subscription_confirm_token_hash_key" ON "shop_stock_subscription"("confirm_token_hash");

-- CreateIndex
CREATE INDEX "shop_stock_subscription_email" ON "shop_stock_subscription"("email_key");

-- CreateIndex
CREATE UNIQUE INDEX "shop_stock_subscription_once" ON "shop_stock_subscription"("product_id", "email_key");

-- CreateIndex
CREATE UNIQUE INDEX "shop_parcel_reference_key" ON "shop_parcel"("reference");

-- CreateIndex
CREATE INDEX "shop_parcel_order" ON "shop_parcel"("order_id");

-- CreateIndex
CREATE INDEX "shop_parcel_due" ON "shop_parcel"("next_check_at");

-- CreateIndex
CREATE UNIQUE INDEX "shop_label_reference_key" ON "shop_label"("reference");

-- CreateIndex
CREATE INDEX "shop_label_parcel" ON "shop_label"("parcel_id");

-- CreateIndex
CREATE INDEX "shop_label_due" ON "shop_label"("next_try_at");

-- CreateIndex
CREATE INDEX "shop_payment_order" ON "shop_payment"("order_id");

-- CreateIndex
CREATE INDEX "shop_payment_due" ON "shop_payment"("next_check_at");

-- CreateIndex
CREATE UNIQUE INDEX "shop_payment_provider_id" ON "shop_payment"("provider", "provider_id");

-- CreateIndex
CREATE INDEX "shop_payment_observation_payment" ON "shop_payment_observation"("payment_id", "id");

-- CreateIndex
CREATE INDEX "shop_payment_hint_received" ON "shop_payment_hint"("received_at");

-- CreateIndex
CREATE INDEX "shop_refund_due" ON "shop_refund"("next_check_at");

-- CreateIndex
CREATE UNIQUE INDEX "shop_refund_once" ON "shop_refund"("payment_id", "cause");

-- CreateIndex
CREATE INDEX "shop_dispute_payment" ON "shop_dispute"("payment_id");

-- CreateIndex
CREATE UNIQUE INDEX "shop_dispute_provider_id" ON "shop_dispute"("provider", "provider_id");

-- AddForeignKey
ALTER TABLE "shop_order" ADD CONSTRAINT "shop_order_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "shop_customer"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shop_order" ADD CONSTRAINT "shop_order_cart_id_fkey" FOREIGN KEY ("cart_id") REFERENCES "shop_cart"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shop_order_line" ADD CONSTRAINT "shop_order_line_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "shop_order"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shop_cart" ADD CONSTRAINT "shop_cart_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "shop_customer"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shop_cart_line" ADD CONSTRAINT "shop_cart_line_cart_id_fkey" FOREIGN KEY ("cart_id") REFERENCES "shop_cart"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shop_checkout" ADD CONSTRAINT "shop_checkout_cart_id_fkey" FOREIGN KEY ("cart_id") REFERENCES "shop_cart"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shop_lead" ADD CONSTRAINT "shop_lead_cart_id_fkey" FOREIGN KEY ("cart_id") REFERENCES "shop_cart"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shop_movement" ADD CONSTRAINT "shop_movement_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "shop_product"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shop_reservation" ADD CONSTRAINT "shop_reservation_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "shop_order"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shop_reservation" ADD CONSTRAINT "shop_reservation_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "shop_product"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shop_notice" ADD CONSTRAINT "shop_notice_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "shop_order"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shop_notice" ADD CONSTRAINT "shop_notice_parcel_id_fkey" FOREIGN KEY ("parcel_id") REFERENCES "shop_parcel"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shop_stock_subscription" ADD CONSTRAINT "shop_stock_subscription_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "shop_product"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shop_parcel" ADD CONSTRAINT "shop_parcel_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "shop_order"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shop_label" ADD CONSTRAINT "shop_label_parcel_id_fkey" FOREIGN KEY ("parcel_id") REFERENCES "shop_parcel"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shop_payment" ADD CONSTRAINT "shop_payment_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "shop_order"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shop_payment_observation" ADD CONSTRAINT "shop_payment_observation_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "shop_payment"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shop_refund" ADD CONSTRAINT "shop_refund_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "shop_payment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shop_dispute" ADD CONSTRAINT "shop_dispute_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "shop_payment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
