-- AlterTable
ALTER TABLE "event_queue" ADD COLUMN     "transaction_id" BIGINT NOT NULL DEFAULT ((pg_current_xact_id())::text)::bigint;

-- CreateTable
CREATE TABLE "event_reader" (
    "name" TEXT NOT NULL,
    "event_types" TEXT[],
    "since" TIMESTAMPTZ(3) NOT NULL,
    "read_to_transaction" BIGINT NOT NULL DEFAULT 0,
    "read_to_id" UUID NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',

    CONSTRAINT "event_reader_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "event_reading" (
    "event_id" UUID NOT NULL,
    "reader" TEXT NOT NULL,
    "read_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "event_reading_pkey" PRIMARY KEY ("event_id","reader")
);

-- CreateIndex
CREATE INDEX "event_queue_transaction" ON "event_queue"("transaction_id", "id");

-- AddForeignKey
ALTER TABLE "event_reading" ADD CONSTRAINT "event_reading_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "event_queue"("id") ON DELETE CASCADE ON UPDATE CASCADE;
