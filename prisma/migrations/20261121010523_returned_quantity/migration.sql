-- AlterTable
ALTER TABLE "cancellation_plan_item" ADD COLUMN     "returned_quantity" INTEGER NOT NULL DEFAULT 0;
