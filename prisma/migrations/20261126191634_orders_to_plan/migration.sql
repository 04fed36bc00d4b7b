-- AlterTable
ALTER TABLE "orders" ADD COLUMN     "has_plan" BOOLEAN NOT NULL DEFAULT false;

-- What waits for planning is found among what is not planned, however many planned orders wait for their store.
UPDATE "orders" SET "has_plan" = true
WHERE EXISTS (SELECT FROM "order_execution_plan" plan WHERE plan."order_id" = "orders"."id");
DROP INDEX "orders_approved";
CREATE INDEX "orders_to_plan" ON "orders" ("placed_at", "id") WHERE "state" = 'APPROVED' AND NOT "has_plan";
