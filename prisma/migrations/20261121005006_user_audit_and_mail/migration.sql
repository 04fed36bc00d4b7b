-- CreateEnum
CREATE TYPE "user_audit_type" AS ENUM ('UserNoLongerInPlatform', 'UserNotEnabledInAnyPlatform', 'UserNotLoggedInPlatform');

-- CreateEnum
CREATE TYPE "user_audit_action" AS ENUM ('NONE', 'DISABLE_IN_AWS', 'ENABLE_IN_AWS', 'DELETE_FROM_AWS', 'REMINDER_SENT', 'DELETE_FROM_DB', 'DELETE_FROM_AWS_AND_DB');

-- CreateEnum
CREATE TYPE "user_audit_action_status" AS ENUM ('NONE', 'PENDING', 'IN_PROGRESS', 'DONE', 'REFUSED', 'FAILED', 'UNKNOWN');

-- CreateEnum
CREATE TYPE "user_audit_cycle_status" AS ENUM ('COMPLETE', 'HELD', 'CONFIRMED');

-- CreateEnum
CREATE TYPE "mail_status" AS ENUM ('QUEUED', 'SENDING', 'SENT', 'FAILED', 'UNKNOWN');

-- CreateTable
CREATE TABLE "platform_user" (
    "id" BIGSERIAL NOT NULL,
    "platform" TEXT NOT NULL,
    "username" TEXT NOT NULL,
    "email" TEXT,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "last_login_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "platform_user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "user_audit_cycle" (
    "id" BIGSERIAL NOT NULL,
    "audit_type" "user_audit_type" NOT NULL,
    "platform" TEXT NOT NULL,
    "run_id" UUID NOT NULL,
    "status" "user_audit_cycle_status" NOT NULL,
    "listed" INTEGER NOT NULL,
    "of_platform" INTEGER NOT NULL,
    "in_view" INTEGER NOT NULL,
    "found" INTEGER NOT NULL DEFAULT 0,
    "opened" INTEGER NOT NULL DEFAULT 0,
    "closed" INTEGER NOT NULL DEFAULT 0,
    "held_reason" TEXT,
    "confirmed_by" TEXT,
    "confirmed_at" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "completed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "user_audit_cycle_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "user_audit_candidate" (
    "run_id" UUID NOT NULL,
    "username" TEXT NOT NULL,
    "aws_sub" TEXT,
    "email" TEXT,
    "aws_enabled" BOOLEAN NOT NULL,
    "user_created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_login_at" TIMESTAMPTZ(3),
    "staged_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_audit_candidate_user" PRIMARY KEY ("run_id","username")
);

-- CreateTable
CREATE TABLE "user_audit" (
    "id" BIGSERIAL NOT NULL,
    "audit_type" "user_audit_type" NOT NULL,
    "platform" TEXT NOT NULL,
    "username" TEXT NOT NULL,
    "aws_sub" TEXT,
    "email" TEXT,
    "aws_enabled" BOOLEAN NOT NULL,
    "user_created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_login_at" TIMESTAMPTZ(3),
    "months" INTEGER,
    "identified_at" TIMESTAMPTZ(3) NOT NULL,
    "cycle_id" BIGINT NOT NULL,
    "last_cycle_id" BIGINT NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "digest_cycle_id" BIGINT,
    "notified_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),
    "action" "user_audit_action" NOT NULL DEFAULT 'NONE',
    "action_status" "user_audit_action_status" NOT NULL DEFAULT 'NONE',
    "action_set_by" TEXT,
    "action_set_at" TIMESTAMPTZ(3),
    "decision_no" INTEGER NOT NULL DEFAULT 0,
    "claimed_by" TEXT,
    "result" TEXT,
    "performed_at" TIMESTAMPTZ(3),
    "performed_by" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "user_audit_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "user_audit_change" (
    "id" BIGSERIAL NOT NULL,
    "user_audit_id" BIGINT NOT NULL,
    "changed_by" TEXT NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,
    "action_before" "user_audit_action" NOT NULL,
    "action_after" "user_audit_action" NOT NULL,

    CONSTRAINT "user_audit_change_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "work_lease" (
    "name" TEXT NOT NULL,
    "held_by" TEXT NOT NULL,
    "leased_until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "work_lease_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "mail" (
    "id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "recipient" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "text_body" TEXT NOT NULL,
    "unsubscribe" BOOLEAN NOT NULL DEFAULT false,
    "status" "mail_status" NOT NULL DEFAULT 'QUEUED',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "claimed_by" TEXT,
    "sending_since" TIMESTAMPTZ(3),
    "message_id" TEXT,
    "error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "mail_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "platform_user_name" ON "platform_user"("platform", "username");

-- CreateIndex
CREATE UNIQUE INDEX "user_audit_cycle_run_id_key" ON "user_audit_cycle"("run_id");

-- CreateIndex
CREATE INDEX "user_audit_cycle_baseline" ON "user_audit_cycle"("audit_type", "platform", "id");

-- CreateIndex
CREATE INDEX "user_audit_platform" ON "user_audit"("platform", "id");

-- CreateIndex
CREATE INDEX "user_audit_digest" ON "user_audit"("digest_cycle_id");

-- CreateIndex
CREATE INDEX "user_audit_change_finding" ON "user_audit_change"("user_audit_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "mail_key_key" ON "mail"("key");

-- What the Prisma schema cannot say.

-- What the platforms know of their users, under the guide's name.
CREATE VIEW "aws_user_view" AS
  SELECT "username", "email", "platform", "enabled", "last_login_at" FROM "platform_user";

-- Cognito's user names and e-mail addresses do not heed case.
CREATE INDEX "platform_user_username" ON "platform_user" (lower("username"));
CREATE INDEX "platform_user_email" ON "platform_user" (lower("email"));

-- One open finding per user and audit.
CREATE UNIQUE INDEX "user_audit_one_open" ON "user_audit" ("audit_type", "platform", "username") WHERE "closed_at" IS NULL;
CREATE INDEX "user_audit_open_untold" ON "user_audit" ("audit_type", "platform") WHERE "closed_at" IS NULL AND "digest_cycle_id" IS NULL;
CREATE INDEX "user_audit_to_perform" ON "user_audit" ("id") WHERE "action_status" IN ('PENDING', 'IN_PROGRESS');

ALTER TABLE "user_audit"
  ADD CONSTRAINT "user_audit_action_and_status" CHECK (("action" = 'NONE') = ("action_status" = 'NONE'));

CREATE INDEX "mail_unsettled" ON "mail" ("created_at") WHERE "status" IN ('QUEUED', 'SENDING');
