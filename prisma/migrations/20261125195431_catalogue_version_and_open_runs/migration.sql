-- AlterTable
ALTER TABLE "schedule" ADD COLUMN     "catalogue_version" INTEGER NOT NULL DEFAULT 0;

-- What Prisma cannot say: the questions of beat and health about open runs, each answered by one index however many wait.

-- A schedule's open runs at each tick; its oldest one (health) and its oldest held one (repair).
DROP INDEX "run_open_by_schedule";
CREATE INDEX "run_open_by_schedule" ON "run" ("schedule_id", "held", "due_at") WHERE "status" IN ('SCHEDULED', 'PROCESSING');
-- Runs that should long have been picked up, the one looked at longest ago first.
DROP INDEX "run_waiting";
CREATE INDEX "run_silent" ON "run" (greatest("dispatched_at", "next_attempt_at"))
  WHERE "status" = 'SCHEDULED' AND NOT "held" AND "reason_code" IS DISTINCT FROM 'NO_WORKER';
-- Runs whose task no living worker has.
CREATE INDEX "run_no_worker" ON "run" ("task", "queue") WHERE "status" = 'SCHEDULED' AND "reason_code" = 'NO_WORKER';
