-- AlterTable
ALTER TABLE "schedule" ADD COLUMN     "name" TEXT NOT NULL DEFAULT '';
