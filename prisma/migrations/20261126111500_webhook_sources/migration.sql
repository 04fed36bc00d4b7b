-- CreateEnum
CREATE TYPE "webhook_scheme" AS ENUM ('NONE', 'STANDARD_WEBHOOKS', 'SHOPIFY', 'WOOCOMMERCE', 'GITHUB', 'STRIPE', 'MOLLIE', 'ADYEN');

-- AlterTable
ALTER TABLE "ecomnow_vendor" ADD COLUMN     "version" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "ecomnow_customer_integration" ADD COLUMN     "version" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "ecomnow_customer_integration_endpoint" ADD COLUMN     "version" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "ecomnow_customer_integration_mapping" ADD COLUMN     "version" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "api_status" ADD COLUMN     "version" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "webhook_request" ADD COLUMN     "attempts" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "claimed_by" UUID,
ADD COLUMN     "claimed_until" TIMESTAMPTZ(3),
ADD COLUMN     "next_attempt_at" TIMESTAMPTZ(3),
ADD COLUMN     "raw" BYTEA,
ADD COLUMN     "replays" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "source_id" UUID,
ADD COLUMN     "topic" TEXT,
ALTER COLUMN "body" SET DEFAULT '{}';

-- CreateTable
CREATE TABLE "webhook_source" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "consumer" TEXT NOT NULL,
    "scheme" "webhook_scheme" NOT NULL,
    "secrets" TEXT,
    "token_hash" TEXT NOT NULL,
    "old_token_hash" TEXT,
    "old_token_until" TIMESTAMPTZ(3),
    "is_disabled" BOOLEAN NOT NULL DEFAULT false,
    "requests_per_minute" INTEGER NOT NULL DEFAULT 600,
    "silent_after_seconds" INTEGER,
    "last_received_at" TIMESTAMPTZ(3),
    "last_refused_at" TIMESTAMPTZ(3),
    "last_refusal" TEXT,
    "pull_asked_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "webhook_source_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "webhook_source_name_key" ON "webhook_source"("name");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_source_token_hash_key" ON "webhook_source"("token_hash");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_source_old_token_hash_key" ON "webhook_source"("old_token_hash");

-- CreateIndex
CREATE INDEX "webhook_request_source" ON "webhook_request"("source_id", "id");

-- AddForeignKey
ALTER TABLE "webhook_request" ADD CONSTRAINT "webhook_request_source_id_fkey" FOREIGN KEY ("source_id") REFERENCES "webhook_source"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- What waits to be handed on; few, whatever the table holds.
CREATE INDEX "webhook_request_due" ON "webhook_request" ("next_attempt_at", "id") WHERE "source_id" IS NOT NULL AND "status" = 'RECEIVED';
