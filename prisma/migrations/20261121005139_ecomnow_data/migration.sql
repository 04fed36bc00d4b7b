-- CreateEnum
CREATE TYPE "ecomnow_vendor_kind" AS ENUM ('STOCK', 'CBP');

-- CreateEnum
CREATE TYPE "ecomnow_feed_format" AS ENUM ('CSV', 'JSON_LINES');

-- CreateEnum
CREATE TYPE "ecomnow_auth_kind" AS ENUM ('NONE', 'BEARER', 'BASIC', 'HEADER');

-- CreateEnum
CREATE TYPE "ecomnow_import_status" AS ENUM ('RUNNING', 'APPLIED', 'NOT_MODIFIED', 'HELD', 'FAILED');

-- CreateEnum
CREATE TYPE "ecomnow_order_status" AS ENUM ('OPEN', 'COMPLETED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "ecomnow_refund_status" AS ENUM ('OPEN', 'CLOSED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "ecomnow_refund_update_status" AS ENUM ('PENDING', 'ACCEPTED', 'REJECTED', 'REFUSED', 'SUPERSEDED', 'FAILED');

-- CreateEnum
CREATE TYPE "ecomnow_entity" AS ENUM ('PRODUCT', 'PRICE', 'STOCK', 'ORDER', 'SHIPMENT', 'REFUND');

-- CreateEnum
CREATE TYPE "ecomnow_direction" AS ENUM ('IN', 'OUT');

-- CreateEnum
CREATE TYPE "api_state" AS ENUM ('UNKNOWN', 'UP', 'DOWN');

-- CreateTable
CREATE TABLE "ecomnow_vendor" (
    "id" BIGSERIAL NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" "ecomnow_vendor_kind" NOT NULL DEFAULT 'STOCK',
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "feed_url" TEXT,
    "feed_format" "ecomnow_feed_format" NOT NULL DEFAULT 'CSV',
    "feed_encoding" TEXT NOT NULL DEFAULT 'utf-8',
    "feed_delimiter" TEXT NOT NULL DEFAULT ',',
    "feed_columns" JSONB NOT NULL DEFAULT '{}',
    "auth_kind" "ecomnow_auth_kind" NOT NULL DEFAULT 'NONE',
    "auth_name" TEXT,
    "auth_secret" TEXT,
    "max_shrink_percent" INTEGER NOT NULL DEFAULT 30,
    "max_bad_percent" INTEGER NOT NULL DEFAULT 10,
    "accepts_shrunken_feed" BOOLEAN NOT NULL DEFAULT false,
    "delete_inactive_after_days" INTEGER NOT NULL DEFAULT 30,
    "purge_after_days" INTEGER NOT NULL DEFAULT 90,
    "feed_etag" TEXT,
    "feed_modified" TEXT,
    "feed_fingerprint" TEXT,
    "feed_lines" INTEGER,
    "feed_applied_at" TIMESTAMPTZ(3),
    "claimed_by" UUID,
    "claimed_until" TIMESTAMPTZ(3),
    "category_url" TEXT,
    "category_build_id" BIGINT,
    "accepts_shrunken_tree" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "ecomnow_vendor_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ecomnow_product" (
    "id" BIGSERIAL NOT NULL,
    "vendor_id" BIGINT NOT NULL,
    "sku" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "name" TEXT,
    "description" TEXT,
    "brand" TEXT,
    "barcode" TEXT,
    "category" TEXT,
    "price_minor" BIGINT,
    "currency" TEXT,
    "row_hash" UUID NOT NULL,
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "inactive_since" TIMESTAMPTZ(3),
    "deleted_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ecomnow_product_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ecomnow_feed_import" (
    "id" BIGSERIAL NOT NULL,
    "vendor_id" BIGINT NOT NULL,
    "run_id" UUID NOT NULL,
    "status" "ecomnow_import_status" NOT NULL,
    "reason_code" TEXT,
    "reason" TEXT,
    "counts" JSONB NOT NULL DEFAULT '{}',
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "ecomnow_feed_import_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ecomnow_feed_bad_line" (
    "import_id" BIGINT NOT NULL,
    "line_no" BIGINT NOT NULL,
    "sku" TEXT,
    "code" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "excerpt" TEXT NOT NULL,

    CONSTRAINT "ecomnow_feed_bad_line_pkey" PRIMARY KEY ("import_id","line_no")
);

-- CreateTable
CREATE UNLOGGED TABLE "ecomnow_feed_line" (
    "vendor_id" BIGINT NOT NULL,
    "sku" TEXT NOT NULL,
    "product_id" BIGINT,
    "row_hash" UUID NOT NULL,
    "quantity" INTEGER NOT NULL,
    "name" TEXT,
    "description" TEXT,
    "brand" TEXT,
    "barcode" TEXT,
    "category" TEXT,
    "price_minor" BIGINT,
    "currency" TEXT,

    CONSTRAINT "ecomnow_feed_line_pkey" PRIMARY KEY ("vendor_id","sku")
);

-- CreateTable
CREATE TABLE "ecomnow_order" (
    "id" BIGSERIAL NOT NULL,
    "number" TEXT NOT NULL,
    "integration_id" BIGINT,
    "external_id" TEXT,
    "status" "ecomnow_order_status" NOT NULL DEFAULT 'OPEN',
    "currency" TEXT NOT NULL,
    "paid_minor" BIGINT NOT NULL,
    "placed_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ecomnow_order_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ecomnow_order_line" (
    "id" BIGSERIAL NOT NULL,
    "order_id" BIGINT NOT NULL,
    "line_no" INTEGER NOT NULL,
    "product_id" BIGINT,
    "sku" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "price_minor" BIGINT NOT NULL,

    CONSTRAINT "ecomnow_order_line_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ecomnow_cart" (
    "id" BIGSERIAL NOT NULL,
    "is_open" BOOLEAN NOT NULL DEFAULT true,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ecomnow_cart_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ecomnow_cart_line" (
    "id" BIGSERIAL NOT NULL,
    "cart_id" BIGINT NOT NULL,
    "product_id" BIGINT NOT NULL,
    "quantity" INTEGER NOT NULL,

    CONSTRAINT "ecomnow_cart_line_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ecomnow_refund" (
    "id" BIGSERIAL NOT NULL,
    "number" TEXT NOT NULL,
    "order_id" BIGINT NOT NULL,
    "status" "ecomnow_refund_status" NOT NULL DEFAULT 'OPEN',
    "amount_minor" BIGINT NOT NULL,
    "reason" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "sent_version" INTEGER NOT NULL DEFAULT 0,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ecomnow_refund_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ecomnow_refund_line" (
    "refund_id" BIGINT NOT NULL,
    "order_line_id" BIGINT NOT NULL,
    "quantity" INTEGER NOT NULL,

    CONSTRAINT "ecomnow_refund_line_pkey" PRIMARY KEY ("refund_id","order_line_id")
);

-- CreateTable
CREATE TABLE "ecomnow_refund_update" (
    "id" UUID NOT NULL,
    "refund_id" BIGINT NOT NULL,
    "version" INTEGER NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "refund_status" "ecomnow_refund_status" NOT NULL,
    "status" "ecomnow_refund_update_status" NOT NULL DEFAULT 'PENDING',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL,
    "claimed_until" TIMESTAMPTZ(3),
    "channel_reference" TEXT,
    "reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "answered_at" TIMESTAMPTZ(3),

    CONSTRAINT "ecomnow_refund_update_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ecomnow_shipment" (
    "id" BIGSERIAL NOT NULL,
    "order_id" BIGINT NOT NULL,
    "tracking_number" TEXT NOT NULL,
    "carrier" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ecomnow_shipment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ecomnow_category_build" (
    "id" BIGSERIAL NOT NULL,
    "vendor_id" BIGINT NOT NULL,
    "data_hash" TEXT NOT NULL,
    "categories" INTEGER NOT NULL,
    "problems" JSONB NOT NULL DEFAULT '[]',
    "built_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ecomnow_category_build_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ecomnow_category" (
    "build_id" BIGINT NOT NULL,
    "code" TEXT NOT NULL,
    "parent_code" TEXT,
    "name" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "depth" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "ecomnow_category_pkey" PRIMARY KEY ("build_id","code")
);

-- CreateTable
CREATE TABLE "ecomnow_customer_integration" (
    "id" BIGSERIAL NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "task" TEXT NOT NULL DEFAULT 'eComNowClientsApiIntegrations',
    "vendor_id" BIGINT,
    "base_url" TEXT NOT NULL,
    "auth_kind" "ecomnow_auth_kind" NOT NULL DEFAULT 'NONE',
    "auth_name" TEXT,
    "auth_secret" TEXT,
    "timeout_ms" INTEGER NOT NULL DEFAULT 10000,

    CONSTRAINT "ecomnow_customer_integration_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ecomnow_customer_integration_endpoint" (
    "id" BIGSERIAL NOT NULL,
    "integration_id" BIGINT NOT NULL,
    "entity" "ecomnow_entity" NOT NULL,
    "direction" "ecomnow_direction" NOT NULL,
    "path" TEXT NOT NULL,
    "page_size" INTEGER NOT NULL DEFAULT 100,
    "interval_seconds" INTEGER NOT NULL DEFAULT 300,
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "cursor" TEXT,
    "next_run_at" TIMESTAMPTZ(3),
    "last_success_at" TIMESTAMPTZ(3),
    "last_error" TEXT,
    "consecutive_failures" INTEGER NOT NULL DEFAULT 0,
    "paused_at" TIMESTAMPTZ(3),
    "paused_reason" TEXT,
    "claimed_by" UUID,
    "claimed_until" TIMESTAMPTZ(3),

    CONSTRAINT "ecomnow_customer_integration_endpoint_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ecomnow_customer_integration_mapping" (
    "endpoint_id" BIGINT NOT NULL,
    "expression" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ecomnow_customer_integration_mapping_pkey" PRIMARY KEY ("endpoint_id")
);

-- CreateTable
CREATE TABLE "ecomnow_customer_integration_log" (
    "id" BIGSERIAL NOT NULL,
    "endpoint_id" BIGINT NOT NULL,
    "run_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "is_ok" BOOLEAN NOT NULL,
    "pages" INTEGER NOT NULL,
    "records" INTEGER NOT NULL,
    "failed" INTEGER NOT NULL,
    "duration_ms" INTEGER NOT NULL,
    "problems" JSONB NOT NULL DEFAULT '[]',
    "error" TEXT,

    CONSTRAINT "ecomnow_customer_integration_log_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ecomnow_customer_record" (
    "integration_id" BIGINT NOT NULL,
    "entity" "ecomnow_entity" NOT NULL,
    "external_id" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "data_hash" UUID NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ecomnow_customer_record_pkey" PRIMARY KEY ("integration_id","entity","external_id")
);

-- CreateTable
CREATE TABLE "api_status" (
    "id" BIGSERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "url" TEXT NOT NULL,
    "method" TEXT NOT NULL DEFAULT 'GET',
    "headers" JSONB NOT NULL DEFAULT '{}',
    "body" TEXT,
    "expected_status" INTEGER NOT NULL DEFAULT 200,
    "body_match" TEXT,
    "timeout_ms" INTEGER NOT NULL DEFAULT 10000,
    "failures_to_down" INTEGER NOT NULL DEFAULT 1,
    "recipients" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "state" "api_state" NOT NULL DEFAULT 'UNKNOWN',
    "state_since" TIMESTAMPTZ(3),
    "actual_status" INTEGER,
    "latency_ms" INTEGER,
    "consecutive_failures" INTEGER NOT NULL DEFAULT 0,
    "checked_at" TIMESTAMPTZ(3),
    "last_error" TEXT,

    CONSTRAINT "api_status_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_status_check" (
    "api_status_id" BIGINT NOT NULL,
    "checked_at" TIMESTAMPTZ(3) NOT NULL,
    "is_ok" BOOLEAN NOT NULL,
    "actual_status" INTEGER,
    "latency_ms" INTEGER NOT NULL,
    "error" TEXT,

    CONSTRAINT "api_status_check_pkey" PRIMARY KEY ("api_status_id","checked_at")
);

-- CreateIndex
CREATE UNIQUE INDEX "ecomnow_vendor_code_key" ON "ecomnow_vendor"("code");

-- CreateIndex
CREATE UNIQUE INDEX "ecomnow_vendor_category_build_id_key" ON "ecomnow_vendor"("category_build_id");

-- CreateIndex
CREATE UNIQUE INDEX "ecomnow_product_vendor_sku" ON "ecomnow_product"("vendor_id", "sku");

-- CreateIndex
CREATE INDEX "ecomnow_feed_import_vendor" ON "ecomnow_feed_import"("vendor_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "ecomnow_order_number_key" ON "ecomnow_order"("number");

-- CreateIndex
CREATE INDEX "ecomnow_order_updated" ON "ecomnow_order"("updated_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "ecomnow_order_external" ON "ecomnow_order"("integration_id", "external_id");

-- CreateIndex
CREATE INDEX "ecomnow_order_line_product" ON "ecomnow_order_line"("product_id");

-- CreateIndex
CREATE UNIQUE INDEX "ecomnow_order_line_no" ON "ecomnow_order_line"("order_id", "line_no");

-- CreateIndex
CREATE INDEX "ecomnow_cart_line_by_product" ON "ecomnow_cart_line"("product_id");

-- CreateIndex
CREATE UNIQUE INDEX "ecomnow_cart_line_product" ON "ecomnow_cart_line"("cart_id", "product_id");

-- CreateIndex
CREATE UNIQUE INDEX "ecomnow_refund_number_key" ON "ecomnow_refund"("number");

-- CreateIndex
CREATE INDEX "ecomnow_refund_order" ON "ecomnow_refund"("order_id");

-- CreateIndex
CREATE INDEX "ecomnow_refund_line_order_line" ON "ecomnow_refund_line"("order_line_id");

-- CreateIndex
CREATE UNIQUE INDEX "ecomnow_refund_update_version" ON "ecomnow_refund_update"("refund_id", "version");

-- CreateIndex
CREATE INDEX "ecomnow_shipment_updated" ON "ecomnow_shipment"("updated_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "ecomnow_shipment_tracking" ON "ecomnow_shipment"("order_id", "tracking_number");

-- CreateIndex
CREATE INDEX "ecomnow_category_build_vendor" ON "ecomnow_category_build"("vendor_id");

-- CreateIndex
CREATE UNIQUE INDEX "ecomnow_category_path" ON "ecomnow_category"("build_id", "path");

-- CreateIndex
CREATE UNIQUE INDEX "ecomnow_customer_integration_code_key" ON "ecomnow_customer_integration"("code");

-- CreateIndex
CREATE UNIQUE INDEX "ecomnow_customer_integration_endpoint_flow" ON "ecomnow_customer_integration_endpoint"("integration_id", "entity", "direction");

-- CreateIndex
CREATE INDEX "ecomnow_customer_integration_log_endpoint" ON "ecomnow_customer_integration_log"("endpoint_id", "id");

-- CreateIndex
CREATE INDEX "ecomnow_customer_integration_log_at" ON "ecomnow_customer_integration_log"("at");

-- CreateIndex
CREATE UNIQUE INDEX "api_status_name_key" ON "api_status"("name");

-- CreateIndex
CREATE INDEX "api_status_check_at" ON "api_status_check"("checked_at");

-- AddForeignKey
ALTER TABLE "ecomnow_vendor" ADD CONSTRAINT "ecomnow_vendor_category_build_id_fkey" FOREIGN KEY ("category_build_id") REFERENCES "ecomnow_category_build"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ecomnow_product" ADD CONSTRAINT "ecomnow_product_vendor_id_fkey" FOREIGN KEY ("vendor_id") REFERENCES "ecomnow_vendor"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ecomnow_feed_import" ADD CONSTRAINT "ecomnow_feed_import_vendor_id_fkey" FOREIGN KEY ("vendor_id") REFERENCES "ecomnow_vendor"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ecomnow_feed_bad_line" ADD CONSTRAINT "ecomnow_feed_bad_line_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "ecomnow_feed_import"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ecomnow_order" ADD CONSTRAINT "ecomnow_order_integration_id_fkey" FOREIGN KEY ("integration_id") REFERENCES "ecomnow_customer_integration"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ecomnow_order_line" ADD CONSTRAINT "ecomnow_order_line_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "ecomnow_order"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ecomnow_order_line" ADD CONSTRAINT "ecomnow_order_line_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "ecomnow_product"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ecomnow_cart_line" ADD CONSTRAINT "ecomnow_cart_line_cart_id_fkey" FOREIGN KEY ("cart_id") REFERENCES "ecomnow_cart"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ecomnow_cart_line" ADD CONSTRAINT "ecomnow_cart_line_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "ecomnow_product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ecomnow_refund" ADD CONSTRAINT "ecomnow_refund_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "ecomnow_order"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ecomnow_refund_line" ADD CONSTRAINT "ecomnow_refund_line_refund_id_fkey" FOREIGN KEY ("refund_id") REFERENCES "ecomnow_refund"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ecomnow_refund_line" ADD CONSTRAINT "ecomnow_refund_line_order_line_id_fkey" FOREIGN KEY ("order_line_id") REFERENCES "ecomnow_order_line"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ecomnow_refund_update" ADD CONSTRAINT "ecomnow_refund_update_refund_id_fkey" FOREIGN KEY ("refund_id") REFERENCES "ecomnow_refund"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ecomnow_shipment" ADD CONSTRAINT "ecomnow_shipment_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "ecomnow_order"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ecomnow_category_build" ADD CONSTRAINT "ecomnow_category_build_vendor_id_fkey" FOREIGN KEY ("vendor_id") REFERENCES "ecomnow_vendor"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ecomnow_category" ADD CONSTRAINT "ecomnow_category_build_id_fkey" FOREIGN KEY ("build_id") REFERENCES "ecomnow_category_build"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ecomnow_customer_integration" ADD CONSTRAINT "ecomnow_customer_integration_vendor_id_fkey" FOREIGN KEY ("vendor_id") REFERENCES "ecomnow_vendor"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ecomnow_customer_integration_endpoint" ADD CONSTRAINT "ecomnow_customer_integration_endpoint_integration_id_fkey" FOREIGN KEY ("integration_id") REFERENCES "ecomnow_customer_integration"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ecomnow_customer_integration_mapping" ADD CONSTRAINT "ecomnow_customer_integration_mapping_endpoint_id_fkey" FOREIGN KEY ("endpoint_id") REFERENCES "ecomnow_customer_integration_endpoint"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ecomnow_customer_integration_log" ADD CONSTRAINT "ecomnow_customer_integration_log_endpoint_id_fkey" FOREIGN KEY ("endpoint_id") REFERENCES "ecomnow_customer_integration_endpoint"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ecomnow_customer_record" ADD CONSTRAINT "ecomnow_customer_record_integration_id_fkey" FOREIGN KEY ("integration_id") REFERENCES "ecomnow_customer_integration"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_status_check" ADD CONSTRAINT "api_status_check_api_status_id_fkey" FOREIGN KEY ("api_status_id") REFERENCES "api_status"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What the Prisma schema cannot say.

ALTER TABLE "ecomnow_vendor"
  ADD CONSTRAINT "ecomnow_vendor_code" CHECK ("code" <> ''),
  ADD CONSTRAINT "ecomnow_vendor_delimiter" CHECK (length("feed_delimiter") = 1 AND "feed_delimiter" NOT IN ('"', E'\n', E'\r')),
  ADD CONSTRAINT "ecomnow_vendor_percents" CHECK ("max_shrink_percent" BETWEEN 0 AND 100 AND "max_bad_percent" BETWEEN 0 AND 100),
  ADD CONSTRAINT "ecomnow_vendor_days" CHECK ("delete_inactive_after_days" >= 0 AND "purge_after_days" >= 0);

ALTER TABLE "ecomnow_product"
  ADD CONSTRAINT "ecomnow_product_quantity" CHECK ("quantity" >= 0),
  ADD CONSTRAINT "ecomnow_product_price" CHECK ("price_minor" >= 0 AND ("price_minor" IS NULL) = ("currency" IS NULL)),
  ADD CONSTRAINT "ecomnow_product_inactive" CHECK ("is_active" = ("inactive_since" IS NULL)),
  ADD CONSTRAINT "ecomnow_product_deleted" CHECK ("deleted_at" IS NULL OR NOT "is_active");
-- What goes out to clients is read in this order.
CREATE INDEX "ecomnow_product_updated" ON "ecomnow_product" ("updated_at", "id");
CREATE INDEX "ecomnow_product_to_delete" ON "ecomnow_product" ("vendor_id", "inactive_since") WHERE NOT "is_active" AND "deleted_at" IS NULL;
CREATE INDEX "ecomnow_product_to_purge" ON "ecomnow_product" ("vendor_id", "deleted_at") WHERE "deleted_at" IS NOT NULL;

ALTER TABLE "ecomnow_order" ADD CONSTRAINT "ecomnow_order_paid" CHECK ("paid_minor" >= 0);
ALTER TABLE "ecomnow_order_line" ADD CONSTRAINT "ecomnow_order_line_amounts" CHECK ("quantity" > 0 AND "price_minor" >= 0);
ALTER TABLE "ecomnow_cart_line" ADD CONSTRAINT "ecomnow_cart_line_quantity" CHECK ("quantity" > 0);

ALTER TABLE "ecomnow_refund"
  ADD CONSTRAINT "ecomnow_refund_amount" CHECK ("amount_minor" > 0),
  ADD CONSTRAINT "ecomnow_refund_versions" CHECK ("sent_version" BETWEEN 0 AND "version");
ALTER TABLE "ecomnow_refund_line" ADD CONSTRAINT "ecomnow_refund_line_quantity" CHECK ("quantity" > 0);
CREATE INDEX "ecomnow_refund_changed" ON "ecomnow_refund" ("updated_at", "id") WHERE "version" > "sent_version";
CREATE INDEX "ecomnow_refund_update_due" ON "ecomnow_refund_update" ("next_attempt_at") WHERE "status" = 'PENDING';

ALTER TABLE "ecomnow_customer_integration"
  ADD CONSTRAINT "ecomnow_customer_integration_task" CHECK ("task" IN ('eComNowClientsApiIntegrations', 'Boxout')),
  ADD CONSTRAINT "ecomnow_customer_integration_timeout" CHECK ("timeout_ms" BETWEEN 100 AND 300000);
ALTER TABLE "ecomnow_customer_integration_endpoint"
  ADD CONSTRAINT "ecomnow_customer_integration_endpoint_sizes" CHECK ("page_size" BETWEEN 1 AND 1000 AND "interval_seconds" >= 1),
  ADD CONSTRAINT "ecomnow_customer_integration_endpoint_path" CHECK ("path" LIKE '/%');
ALTER TABLE "ecomnow_customer_integration_mapping"
  ADD CONSTRAINT "ecomnow_customer_integration_mapping_length" CHECK (length("expression") BETWEEN 1 AND 65536);

ALTER TABLE "api_status"
  ADD CONSTRAINT "api_status_expected" CHECK ("expected_status" BETWEEN 100 AND 599),
  ADD CONSTRAINT "api_status_timeout" CHECK ("timeout_ms" BETWEEN 100 AND 300000),
  ADD CONSTRAINT "api_status_failures" CHECK ("failures_to_down" >= 1),
  ADD CONSTRAINT "api_status_method" CHECK ("method" IN ('GET', 'HEAD', 'POST', 'OPTIONS'));
