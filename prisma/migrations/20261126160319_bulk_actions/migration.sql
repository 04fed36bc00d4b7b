-- CreateTable
CREATE TABLE "bulk_action" (
    "id" UUID NOT NULL,
    "action" TEXT NOT NULL,
    "filter" JSONB NOT NULL,
    "params" JSONB NOT NULL DEFAULT '{}',
    "requested_by" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'MATCHING',
    "matched" INTEGER NOT NULL DEFAULT 0,
    "has_more" BOOLEAN NOT NULL DEFAULT false,
    "done" INTEGER NOT NULL DEFAULT 0,
    "skipped" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "abort_requested_by" TEXT,
    "error" TEXT,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "lease_token" UUID,
    "lease_until" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "bulk_action_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "bulk_action_row" (
    "bulk_action_id" UUID NOT NULL,
    "row_id" TEXT NOT NULL,
    "outcome" TEXT,
    "reason" TEXT,
    "result" TEXT,

    CONSTRAINT "bulk_action_row_pkey" PRIMARY KEY ("bulk_action_id","row_id")
);

-- CreateIndex
CREATE INDEX "bulk_action_created" ON "bulk_action"("created_at" DESC, "id" DESC);

-- AddForeignKey
ALTER TABLE "bulk_action_row" ADD CONSTRAINT "bulk_action_row_bulk_action_id_fkey" FOREIGN KEY ("bulk_action_id") REFERENCES "bulk_action"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma cannot say: what is to be taken up, and what waits, are few among what has been.
CREATE INDEX "bulk_action_open" ON "bulk_action" ("created_at") WHERE "finished_at" IS NULL;
CREATE INDEX "bulk_action_row_waiting" ON "bulk_action_row" ("bulk_action_id", "row_id") WHERE "outcome" IS NULL;
