-- Problems of imported records become rows of the table of all problems. They keep their instants; each says again what can be
-- done about it when it is next seen.
INSERT INTO "problem" (
  "context", "kind", "subject_type", "subject_key", "severity", "reason", "cure", "detail", "opened_at", "last_seen_at",
  "closed_at", "ending", "note")
SELECT 'oms', "code", left("source", 64), left("remote_id", 256),
  CASE "code" WHEN 'NO_ITEMS' THEN 'INFO' WHEN 'PLANNED_ORDER_CHANGED' THEN 'WARNING' ELSE 'ERROR' END::problem_severity,
  left("error", 2000), 'Correct the record in Omnitron: its next version is taken by itself.',
  jsonb_build_object('record', "payload"), "first_seen_at", "last_seen_at",
  "resolved_at", CASE WHEN "resolved_at" IS NOT NULL THEN 'BY_ITSELF' END::problem_ending,
  CASE WHEN "resolved_at" IS NOT NULL THEN 'a version of the record was taken in' END
FROM "import_problem"
ORDER BY "id"
ON CONFLICT DO NOTHING;

-- DropTable
DROP TABLE "import_problem";

-- What is asked for by its subject is asked for by its key.
-- DropIndex
DROP INDEX "problem_subject";

-- CreateIndex
CREATE INDEX "problem_subject" ON "problem"("subject_key", "id");

-- The list of what is open, filtered by kind, context or severity, newest first.
CREATE INDEX "problem_open_by_kind" ON "problem" ("kind", "id") WHERE "closed_at" IS NULL;
CREATE INDEX "problem_open_by_context" ON "problem" ("context", "id") WHERE "closed_at" IS NULL;
CREATE INDEX "problem_open_by_severity" ON "problem" ("severity", "id") WHERE "closed_at" IS NULL;

-- Retention asks for closed ones alone; with the open ones in it, it would be taken for an index of these.
-- DropIndex
DROP INDEX "problem_closed_at";
CREATE INDEX "problem_closed" ON "problem" ("closed_at") WHERE "closed_at" IS NOT NULL;
