-- AlterTable
ALTER TABLE "stock" ADD COLUMN     "engine_level" INTEGER;

-- AlterTable
ALTER TABLE "reservation" ADD COLUMN     "awaited_units" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "reservation" ADD CONSTRAINT "reservation_awaited_units" CHECK ("awaited_units" BETWEEN 0 AND "quantity");
-- Planning asks for them with every batch; there are few at any time.
CREATE INDEX "reservation_awaited" ON "reservation" ("location_id", "product_id") WHERE "awaited_units" > 0;
