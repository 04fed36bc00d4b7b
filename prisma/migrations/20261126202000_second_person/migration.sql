-- AlterTable
ALTER TABLE "user_audit" ADD COLUMN     "confirmed_at" TIMESTAMPTZ(3),
ADD COLUMN     "confirmed_by" TEXT;
