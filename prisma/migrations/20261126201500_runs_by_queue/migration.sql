-- CreateIndex
CREATE INDEX "run_queue_created" ON "run"("queue", "created_at" DESC, "id" DESC);
