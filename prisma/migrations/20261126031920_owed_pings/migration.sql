-- AlterTable
ALTER TABLE "run" ADD COLUMN     "ping_owed" BOOLEAN NOT NULL DEFAULT false;
