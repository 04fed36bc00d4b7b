-- AlterTable
ALTER TABLE "transfer_order" ADD COLUMN     "version" INTEGER NOT NULL DEFAULT 1;
