-- CreateEnum
CREATE TYPE "ecomnow_waiting_reason" AS ENUM ('ORDER_MISSING', 'UNREADABLE', 'REFUSED');

-- CreateTable
CREATE TABLE "ecomnow_waiting_record" (
    "id" BIGSERIAL NOT NULL,
    "endpoint_id" BIGINT NOT NULL,
    "name" TEXT NOT NULL,
    "external_id" TEXT,
    "reason" "ecomnow_waiting_reason" NOT NULL,
    "why" TEXT NOT NULL,
    "data" JSONB,
    "order_external_id" TEXT,
    "raw" TEXT,
    "page_cursor" TEXT,
    "page_limit" INTEGER NOT NULL,
    "record_no" INTEGER NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ecomnow_waiting_record_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "ecomnow_waiting_record_due" ON "ecomnow_waiting_record"("endpoint_id", "next_attempt_at");

-- CreateIndex
CREATE UNIQUE INDEX "ecomnow_waiting_record_name" ON "ecomnow_waiting_record"("endpoint_id", "name");

-- AddForeignKey
ALTER TABLE "ecomnow_waiting_record" ADD CONSTRAINT "ecomnow_waiting_record_endpoint_id_fkey" FOREIGN KEY ("endpoint_id") REFERENCES "ecomnow_customer_integration_endpoint"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Records that wait for an order are found by it.
CREATE INDEX "ecomnow_waiting_record_order" ON "ecomnow_waiting_record" ("endpoint_id", "order_external_id") WHERE "reason" = 'ORDER_MISSING';
