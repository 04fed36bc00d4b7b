-- AlterTable
ALTER TABLE "cancellation_plan" ALTER COLUMN "omnitron_id" DROP NOT NULL;
