-- AlterTable
ALTER TABLE "schedule" ADD COLUMN     "pinged_late_due_at" TIMESTAMPTZ(3);
