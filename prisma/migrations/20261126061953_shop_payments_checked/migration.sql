-- DropIndex
DROP INDEX "shop_payment_due";

-- AlterTable
ALTER TABLE "shop_order" ADD COLUMN     "cancel_try_at" TIMESTAMPTZ(3),
ADD COLUMN     "claimed_by" UUID,
ADD COLUMN     "claimed_until" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "shop_payment" ADD COLUMN     "ask_source" TEXT,
ADD COLUMN     "listed_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "shop_payment_hint" ADD COLUMN     "observed" JSONB;

-- AlterTable
ALTER TABLE "shop_refund" ADD COLUMN     "note" TEXT;

-- CreateIndex
CREATE INDEX "shop_order_pay_by" ON "shop_order"("status", "pay_by");

-- CreateIndex
CREATE INDEX "shop_payment_due" ON "shop_payment"("next_check_at", "id");

-- CreateIndex
CREATE INDEX "shop_payment_created" ON "shop_payment"("provider", "created_at");
