-- AlterTable
ALTER TABLE "shop_payment" ADD COLUMN     "paid_currency" TEXT,
ADD COLUMN     "paid_minor" BIGINT;

-- AlterTable
ALTER TABLE "shop_payment_hint" ADD COLUMN     "money_back" JSONB,
ADD COLUMN     "told_at" TIMESTAMPTZ(3);
