-- AlterTable
ALTER TABLE "run" ADD COLUMN     "resumed_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "maintenance_window" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "queues" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "schedule_ids" UUID[] DEFAULT ARRAY[]::UUID[],
    "starts_at" TIMESTAMPTZ(3),
    "ends_at" TIMESTAMPTZ(3),
    "crontab" TEXT,
    "timezone" TEXT,
    "duration_ms" BIGINT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "maintenance_window_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "maintenance_period" (
    "id" BIGSERIAL NOT NULL,
    "window_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "queues" TEXT[],
    "schedule_ids" UUID[],
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "planned_end_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_by" TEXT,
    "ended_reason" TEXT,

    CONSTRAINT "maintenance_period_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "maintenance_change" (
    "id" BIGSERIAL NOT NULL,
    "window_id" UUID NOT NULL,
    "action" TEXT NOT NULL,
    "changed_by" TEXT NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "why" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "before" JSONB,
    "after" JSONB NOT NULL,

    CONSTRAINT "maintenance_change_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "maintenance_period_end" ON "maintenance_period"("ends_at");

-- CreateIndex
CREATE UNIQUE INDEX "maintenance_period_of_window" ON "maintenance_period"("window_id", "starts_at");

-- CreateIndex
CREATE INDEX "maintenance_change_window" ON "maintenance_change"("window_id", "id");

-- AddForeignKey
ALTER TABLE "maintenance_period" ADD CONSTRAINT "maintenance_period_window_id_fkey" FOREIGN KEY ("window_id") REFERENCES "maintenance_window"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "maintenance_change" ADD CONSTRAINT "maintenance_change_window_id_fkey" FOREIGN KEY ("window_id") REFERENCES "maintenance_window"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What Prisma cannot say: a window is of one kind, and runs that wait for its end are neither lost nor looked for among all.
ALTER TABLE "maintenance_window"
  ADD CONSTRAINT "maintenance_window_timing" CHECK (
    CASE WHEN "crontab" IS NULL THEN "starts_at" < "ends_at" AND "starts_at" IS NOT NULL AND "ends_at" IS NOT NULL
    ELSE "timezone" IS NOT NULL AND "duration_ms" > 0 AND "duration_ms" IS NOT NULL AND "starts_at" IS NULL AND "ends_at" IS NULL END
  );
DROP INDEX "run_silent";
CREATE INDEX "run_silent" ON "run" (greatest("dispatched_at", "next_attempt_at"))
  WHERE "status" = 'SCHEDULED' AND NOT "held" AND coalesce("reason_code", '') NOT IN ('NO_WORKER', 'MAINTENANCE');
CREATE INDEX "run_maintenance" ON "run" ("priority", "created_at") WHERE "status" = 'SCHEDULED' AND "reason_code" = 'MAINTENANCE';
