-- CreateTable
CREATE TABLE "omnitron_message" (
    "id" BIGSERIAL NOT NULL,
    "order_id" BIGINT,
    "event_id" UUID NOT NULL,
    "path" TEXT NOT NULL,
    "body" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL,
    "last_error" TEXT,
    "sent_at" TIMESTAMPTZ(3),
    "given_up_at" TIMESTAMPTZ(3),
    "claimed_by" UUID,
    "claimed_until" TIMESTAMPTZ(3),

    CONSTRAINT "omnitron_message_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "omnitron_message_event_id_key" ON "omnitron_message"("event_id");

-- The head of every order's queue, and what is due.
CREATE INDEX "omnitron_message_unsent" ON "omnitron_message" ("order_id", "id") WHERE "sent_at" IS NULL AND "given_up_at" IS NULL;
CREATE INDEX "omnitron_message_due" ON "omnitron_message" ("next_attempt_at") WHERE "sent_at" IS NULL AND "given_up_at" IS NULL;
