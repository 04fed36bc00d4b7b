-- CreateEnum
CREATE TYPE "problem_severity" AS ENUM ('INFO', 'WARNING', 'ERROR');

-- CreateEnum
CREATE TYPE "problem_ending" AS ENUM ('BY_ITSELF', 'BY_PERSON');

-- CreateTable
CREATE TABLE "problem" (
    "id" BIGSERIAL NOT NULL,
    "context" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "subject_type" TEXT NOT NULL,
    "subject_key" TEXT NOT NULL,
    "severity" "problem_severity" NOT NULL,
    "reason" TEXT NOT NULL,
    "cure" TEXT NOT NULL,
    "actions" JSONB NOT NULL DEFAULT '[]',
    "detail" JSONB NOT NULL DEFAULT '{}',
    "version" INTEGER NOT NULL DEFAULT 1,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "seen_count" INTEGER NOT NULL DEFAULT 1,
    "closed_at" TIMESTAMPTZ(3),
    "ending" "problem_ending",
    "closed_by" TEXT,
    "note" TEXT,
    "accepted" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "problem_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "problem_kind" ON "problem"("kind", "id");

-- CreateIndex
CREATE INDEX "problem_context" ON "problem"("context", "id");

-- CreateIndex
CREATE INDEX "problem_subject" ON "problem"("subject_type", "subject_key", "id");

-- CreateIndex
CREATE INDEX "problem_closed_at" ON "problem"("closed_at");

-- At most one open problem of a kind and a subject; what is seen again finds it here.
CREATE UNIQUE INDEX "problem_one_open_per_subject" ON "problem" ("kind", "subject_type", "subject_key") WHERE "closed_at" IS NULL;
-- What is open is a small part of all: lists, and counts by severity and kind.
CREATE INDEX "problem_open" ON "problem" ("severity", "kind", "id") WHERE "closed_at" IS NULL;
CREATE INDEX "problem_open_by_id" ON "problem" ("id") WHERE "closed_at" IS NULL;
-- What a person lives with is asked for by everything that is found.
CREATE INDEX "problem_accepted" ON "problem" ("kind", "subject_type", "subject_key") WHERE "accepted";

ALTER TABLE "problem"
  ADD CONSTRAINT "problem_ending" CHECK (("closed_at" IS NULL) = ("ending" IS NULL)),
  ADD CONSTRAINT "problem_accepted" CHECK ("closed_at" IS NOT NULL OR NOT "accepted");
