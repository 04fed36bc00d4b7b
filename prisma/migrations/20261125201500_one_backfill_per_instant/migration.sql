-- At most one backfilled run per occurrence that is open or finished; one that failed may be made good by another.
CREATE UNIQUE INDEX "run_one_backfill_per_instant" ON "run" ("schedule_id", "clock_at")
  WHERE "origin" = 'BACKFILL' AND "status" IN ('SCHEDULED', 'PROCESSING', 'FINISHED');
