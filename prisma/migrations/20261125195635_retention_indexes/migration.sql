-- CreateIndex
CREATE INDEX "mail_settled_at" ON "mail"("settled_at");

-- CreateIndex
CREATE INDEX "import_problem_resolved_at" ON "import_problem"("resolved_at");
