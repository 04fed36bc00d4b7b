-- CreateTable
CREATE TABLE "idempotency_key" (
    "id" UUID NOT NULL,
    "actor" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "route" TEXT NOT NULL,
    "body_hash" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL DEFAULT 1,
    "reserved_until" TIMESTAMPTZ(3) NOT NULL,
    "answer_status" INTEGER,
    "answer_headers" JSONB,
    "answer_body" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "idempotency_key_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "idempotency_key_created" ON "idempotency_key"("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "idempotency_key_of_actor" ON "idempotency_key"("actor", "key");
