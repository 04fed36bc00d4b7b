-- AlterEnum
ALTER TYPE "shop_movement_kind" ADD VALUE 'CORRECTION';

-- DropForeignKey
ALTER TABLE "shop_movement" DROP CONSTRAINT "shop_movement_product_id_fkey";

-- DropIndex
DROP INDEX "shop_movement_product";

-- AlterTable
ALTER TABLE "shop_product" ADD COLUMN     "counted_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "shop_movement" DROP COLUMN "product_id",
ADD COLUMN     "balance" BIGINT;

-- CreateIndex
CREATE INDEX "shop_movement_sku" ON "shop_movement"("sku", "occurred_at", "id");


-- What waits to be applied, which is little of a table that only grows, and what waits for its product.
CREATE INDEX "shop_movement_waiting" ON "shop_movement"("id") WHERE "applied_at" IS NULL AND "refusal" IS NULL;
CREATE INDEX "shop_movement_without_product" ON "shop_movement"("sku") WHERE "refusal" = 'UNKNOWN_SKU';

ALTER TABLE "shop_movement"
  ADD CONSTRAINT "shop_movement_pieces" CHECK (
    CASE WHEN "kind" = 'COUNTED' THEN "counted" >= 0 AND "quantity" IS NULL ELSE "quantity" >= 0 AND "counted" IS NULL END),
  ADD CONSTRAINT "shop_movement_applied" CHECK (("applied_at" IS NULL) = ("effect" IS NULL));
ALTER TABLE "shop_product" ADD CONSTRAINT "shop_product_reserved" CHECK ("reserved" >= 0);
ALTER TABLE "shop_reservation" ADD CONSTRAINT "shop_reservation_quantity" CHECK ("quantity" > 0);
