-- CreateIndex
CREATE INDEX "run_schedule_created" ON "run"("schedule_id", "created_at" DESC, "id" DESC);

-- What Prisma cannot say. Lists by end and by due instant, each in its order.
CREATE INDEX "run_finished" ON "run" ("finished_at" DESC, "id" DESC) WHERE "finished_at" IS NOT NULL;
CREATE INDEX "run_due" ON "run" ("due_at" DESC, "id" DESC) WHERE "due_at" IS NOT NULL;

-- What did not end well is rare among what did: of all, of one state, of one schedule.
CREATE INDEX "run_unwell" ON "run" ("finished_at" DESC, "id" DESC) WHERE "status" NOT IN ('FINISHED', 'SCHEDULED', 'PROCESSING');
CREATE INDEX "run_unwell_by_status" ON "run" ("status", "finished_at" DESC, "id" DESC)
  WHERE "status" NOT IN ('FINISHED', 'SCHEDULED', 'PROCESSING');
CREATE INDEX "run_unwell_by_schedule" ON "run" ("schedule_id", "finished_at" DESC, "id" DESC)
  WHERE "status" NOT IN ('FINISHED', 'SCHEDULED', 'PROCESSING');

-- Runs that a person or another system started, and runs that began late.
CREATE INDEX "run_by_hand" ON "run" ("created_at" DESC, "id" DESC) WHERE "origin" NOT IN ('SCHEDULE', 'CHUNK');
CREATE INDEX "run_late" ON "run" ("created_at" DESC, "id" DESC) WHERE "started_at" - "due_at" > interval '10 seconds';

-- Failures of one cause: task, code and message, the numbers in it left out. `failures.sql.ts` has the same words.
CREATE INDEX "run_fingerprint" ON "run" (
  md5("task" || '|' || coalesce("reason_code", '') || '|' || regexp_replace(left(coalesce("error", "reason", ''), 500), '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9]+', '#', 'g')),
  "finished_at" DESC, "id" DESC)
  WHERE "status" IN ('FAILED', 'TIMED_OUT');

CREATE INDEX "run_args" ON "run" USING gin ("args" jsonb_path_ops) WHERE "args" <> '{}'::jsonb;

-- Text within errors: by the time alone where there is no pg_trgm, since not every host allows or has the extension.
CREATE INDEX "run_with_error" ON "run" ("created_at" DESC, "id" DESC) WHERE "error" IS NOT NULL;
DO $$
DECLARE
  home text;
BEGIN
  BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
  EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR undefined_object THEN
    RAISE NOTICE 'pg_trgm cannot be created (%): runs are searched by error without it', SQLERRM;
  END;
  -- It may lie in a schema of its own.
  SELECT nspname INTO home FROM pg_opclass JOIN pg_namespace ON pg_namespace.oid = opcnamespace WHERE opcname = 'gin_trgm_ops';
  IF home IS NOT NULL THEN
    EXECUTE format('CREATE INDEX run_error_text ON run USING gin (error %I.gin_trgm_ops) WHERE error IS NOT NULL', home);
  END IF;
END $$;
