-- AlterTable
ALTER TABLE "run" ADD COLUMN     "log_lines" INTEGER NOT NULL DEFAULT 0;
