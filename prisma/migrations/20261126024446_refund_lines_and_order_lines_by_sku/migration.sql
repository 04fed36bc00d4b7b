-- AlterTable
ALTER TABLE "ecomnow_refund_line" ADD COLUMN     "is_implied" BOOLEAN NOT NULL DEFAULT false;

-- Lines whose product has not come yet are found by their SKU when it does.
CREATE INDEX "ecomnow_order_line_unlinked" ON "ecomnow_order_line" ("sku") WHERE "product_id" IS NULL;
