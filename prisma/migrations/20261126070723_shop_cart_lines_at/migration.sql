-- AlterTable
ALTER TABLE "shop_cart" ADD COLUMN     "lines_at" TIMESTAMPTZ(3);
