-- AlterTable
ALTER TABLE "shipment" ADD COLUMN     "wanted_back_at" TIMESTAMPTZ(3);
