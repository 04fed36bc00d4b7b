-- CreateEnum
CREATE TYPE "integration_auth_kind" AS ENUM ('NONE', 'BEARER', 'BASIC', 'HEADER');

-- CreateEnum
CREATE TYPE "integration_on_failed" AS ENUM ('NEXT', 'BLOCK');

-- CreateEnum
CREATE TYPE "integration_task_status" AS ENUM ('NEW', 'PROCESSING', 'RETRY', 'FINISHED', 'FAILED', 'SKIPPED', 'REJECTED');

-- CreateTable
CREATE TABLE "integration_incoming" (
    "id" BIGSERIAL NOT NULL,
    "identifier" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "is_disabled" BOOLEAN NOT NULL DEFAULT false,
    "source" JSONB NOT NULL,
    "auth_kind" "integration_auth_kind" NOT NULL DEFAULT 'NONE',
    "auth_name" TEXT,
    "auth_secret" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "integration_incoming_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "integration_cursor" (
    "incoming_id" BIGINT NOT NULL,
    "position" JSONB,
    "claimed_by" UUID,
    "claimed_until" TIMESTAMPTZ(3),
    "last_record_at" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "integration_cursor_pkey" PRIMARY KEY ("incoming_id")
);

-- CreateTable
CREATE TABLE "integration_entity" (
    "id" BIGSERIAL NOT NULL,
    "incoming_id" BIGINT NOT NULL,
    "entity_key" TEXT NOT NULL,
    "seen" TEXT[],
    "last_version" TIMESTAMPTZ(6),
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "integration_entity_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "integration_transformer" (
    "id" BIGSERIAL NOT NULL,
    "identifier" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "expression" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "integration_transformer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "integration_outgoing" (
    "id" BIGSERIAL NOT NULL,
    "identifier" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "is_disabled" BOOLEAN NOT NULL DEFAULT false,
    "target" JSONB NOT NULL,
    "auth_kind" "integration_auth_kind" NOT NULL DEFAULT 'NONE',
    "auth_name" TEXT,
    "auth_secret" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "integration_outgoing_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "integration_route" (
    "id" BIGSERIAL NOT NULL,
    "identifier" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "is_disabled" BOOLEAN NOT NULL DEFAULT false,
    "incoming_id" BIGINT NOT NULL,
    "outgoing_id" BIGINT NOT NULL,
    "is_real_time" BOOLEAN NOT NULL DEFAULT false,
    "max_attempts" INTEGER NOT NULL DEFAULT 3,
    "retry_interval_minutes" INTEGER NOT NULL DEFAULT 5,
    "on_failed" "integration_on_failed" NOT NULL DEFAULT 'NEXT',
    "parallel" INTEGER NOT NULL DEFAULT 8,
    "paused_until" TIMESTAMPTZ(3),
    "paused_reason" TEXT,
    "pauses" INTEGER NOT NULL DEFAULT 0,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "integration_route_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "integration_route_transformer" (
    "route_id" BIGINT NOT NULL,
    "position" INTEGER NOT NULL,
    "transformer_id" BIGINT NOT NULL,

    CONSTRAINT "integration_route_transformer_pkey" PRIMARY KEY ("route_id","position")
);

-- CreateTable
CREATE TABLE "integration_task" (
    "id" BIGSERIAL NOT NULL,
    "route_id" BIGINT NOT NULL,
    "entity_id" BIGINT NOT NULL,
    "status" "integration_task_status" NOT NULL,
    "is_head" BOOLEAN NOT NULL,
    "payload" JSONB,
    "payload_hash" TEXT NOT NULL,
    "payload_bytes" INTEGER NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3),
    "claimed_by" UUID,
    "claimed_until" TIMESTAMPTZ(3),
    "processing_since" TIMESTAMPTZ(3),
    "reason" TEXT,
    "import_log" JSONB NOT NULL DEFAULT '{}',
    "export_log" JSONB NOT NULL DEFAULT '[]',
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "integration_task_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "integration_incoming_identifier_key" ON "integration_incoming"("identifier");

-- CreateIndex
CREATE UNIQUE INDEX "integration_entity_key" ON "integration_entity"("incoming_id", "entity_key");

-- CreateIndex
CREATE UNIQUE INDEX "integration_transformer_identifier_key" ON "integration_transformer"("identifier");

-- CreateIndex
CREATE UNIQUE INDEX "integration_outgoing_identifier_key" ON "integration_outgoing"("identifier");

-- CreateIndex
CREATE UNIQUE INDEX "integration_route_identifier_key" ON "integration_route"("identifier");

-- CreateIndex
CREATE INDEX "integration_route_incoming" ON "integration_route"("incoming_id");

-- CreateIndex
CREATE INDEX "integration_route_outgoing" ON "integration_route"("outgoing_id");

-- CreateIndex
CREATE INDEX "integration_route_transformer_of" ON "integration_route_transformer"("transformer_id");

-- CreateIndex
CREATE INDEX "integration_task_listed" ON "integration_task"("route_id", "status", "id");

-- CreateIndex
CREATE INDEX "integration_task_entity" ON "integration_task"("entity_id");

-- AddForeignKey
ALTER TABLE "integration_cursor" ADD CONSTRAINT "integration_cursor_incoming_id_fkey" FOREIGN KEY ("incoming_id") REFERENCES "integration_incoming"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "integration_entity" ADD CONSTRAINT "integration_entity_incoming_id_fkey" FOREIGN KEY ("incoming_id") REFERENCES "integration_incoming"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "integration_route" ADD CONSTRAINT "integration_route_incoming_id_fkey" FOREIGN KEY ("incoming_id") REFERENCES "integration_incoming"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "integration_route" ADD CONSTRAINT "integration_route_outgoing_id_fkey" FOREIGN KEY ("outgoing_id") REFERENCES "integration_outgoing"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "integration_route_transformer" ADD CONSTRAINT "integration_route_transformer_route_id_fkey" FOREIGN KEY ("route_id") REFERENCES "integration_route"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "integration_route_transformer" ADD CONSTRAINT "integration_route_transformer_transformer_id_fkey" FOREIGN KEY ("transformer_id") REFERENCES "integration_transformer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "integration_task" ADD CONSTRAINT "integration_task_route_id_fkey" FOREIGN KEY ("route_id") REFERENCES "integration_route"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "integration_task" ADD CONSTRAINT "integration_task_entity_id_fkey" FOREIGN KEY ("entity_id") REFERENCES "integration_entity"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What a claim reads, however many tasks have ended: heads that wait, and heads whose pause is over.
CREATE INDEX "integration_task_new" ON "integration_task" ("route_id", "id") WHERE "is_head" AND "status" = 'NEW';
CREATE INDEX "integration_task_retry" ON "integration_task" ("route_id", "next_at") WHERE "is_head" AND "status" = 'RETRY';
-- Two transactions never make two heads of one entity.
CREATE UNIQUE INDEX "integration_task_head" ON "integration_task" ("entity_id", "route_id") WHERE "is_head";
-- The next head of an entity, and an entity that lost its head.
CREATE INDEX "integration_task_open" ON "integration_task" ("entity_id", "route_id", "id") WHERE "status" IN ('NEW', 'RETRY', 'PROCESSING');
-- What a run has, and what a dead one had.
CREATE INDEX "integration_task_processing" ON "integration_task" ("claimed_by") WHERE "status" = 'PROCESSING';

ALTER TABLE "integration_route" ADD CONSTRAINT "integration_route_bounds" CHECK (
  "max_attempts" BETWEEN 1 AND 10 AND "retry_interval_minutes" BETWEEN 1 AND 360 AND "parallel" BETWEEN 1 AND 100);
