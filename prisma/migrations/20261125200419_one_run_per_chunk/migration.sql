-- A run that was put off could ask for helpers again, so there may be two of a number. Both have ended or will; which of
-- them keeps the number changes nothing.
UPDATE "run" SET "chunk_no" = NULL
WHERE "chunk_no" IS NOT NULL AND "id" NOT IN (
  SELECT DISTINCT ON ("parent_id", "chunk_no") "id" FROM "run" WHERE "chunk_no" IS NOT NULL ORDER BY "parent_id", "chunk_no", "id");

-- AlterTable
ALTER TABLE "run" ADD COLUMN     "fanned_out_at" TIMESTAMPTZ(3);

-- CreateIndex
CREATE UNIQUE INDEX "run_one_per_chunk" ON "run"("parent_id", "chunk_no");

-- DropIndex
DROP INDEX "run_parent";
