-- CreateTable
CREATE TABLE "ecomnow_left_change" (
    "endpoint_id" BIGINT NOT NULL,
    "source_id" BIGINT NOT NULL,
    "why" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3),
    "since" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ecomnow_left_change_pkey" PRIMARY KEY ("endpoint_id","source_id")
);

-- CreateIndex
CREATE INDEX "ecomnow_left_change_due" ON "ecomnow_left_change"("endpoint_id", "next_attempt_at");

-- AddForeignKey
ALTER TABLE "ecomnow_left_change" ADD CONSTRAINT "ecomnow_left_change_endpoint_id_fkey" FOREIGN KEY ("endpoint_id") REFERENCES "ecomnow_customer_integration_endpoint"("id") ON DELETE CASCADE ON UPDATE CASCADE;
