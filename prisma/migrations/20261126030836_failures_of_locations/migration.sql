-- AlterTable
ALTER TABLE "stock" ADD COLUMN     "risen_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "order_execution_plan_item" ADD COLUMN     "failures" JSONB NOT NULL DEFAULT '{}';
