-- CreateIndex
CREATE INDEX "run_status_created_at" ON "run"("status", "created_at");
