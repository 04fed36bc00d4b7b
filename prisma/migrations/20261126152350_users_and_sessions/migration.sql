-- AlterTable
ALTER TABLE "api_token" ADD COLUMN     "created_by" TEXT,
ADD COLUMN     "expires_at" TIMESTAMPTZ(3),
ADD COLUMN     "old_hash" TEXT,
ADD COLUMN     "old_until" TIMESTAMPTZ(3),
ADD COLUMN     "rotated_at" TIMESTAMPTZ(3),
ADD COLUMN     "scopes" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- AlterTable
ALTER TABLE "webhook" ADD COLUMN     "ends_at" TIMESTAMPTZ(3),
ADD COLUMN     "token_id" UUID;

-- CreateTable
CREATE TABLE "api_user" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT,
    "role" "api_role" NOT NULL,
    "password_hash" TEXT,
    "disabled_at" TIMESTAMPTZ(3),
    "last_sign_in_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "api_user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_session" (
    "id" UUID NOT NULL,
    "hash" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "method" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "remote_addr" TEXT,
    "user_agent" TEXT,

    CONSTRAINT "api_session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sign_in_link" (
    "id" UUID NOT NULL,
    "hash" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "sign_in_link_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "security_event" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "actor" TEXT,
    "subject" TEXT,
    "remote_addr" TEXT,
    "detail" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "security_event_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "api_session_hash_key" ON "api_session"("hash");

-- CreateIndex
CREATE INDEX "api_session_user" ON "api_session"("user_id", "created_at");

-- CreateIndex
CREATE INDEX "api_session_created" ON "api_session"("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "sign_in_link_hash_key" ON "sign_in_link"("hash");

-- CreateIndex
CREATE INDEX "sign_in_link_created" ON "sign_in_link"("created_at");

-- CreateIndex
CREATE INDEX "security_event_at" ON "security_event"("at");

-- CreateIndex
CREATE UNIQUE INDEX "api_token_old_hash_key" ON "api_token"("old_hash");

-- AddForeignKey
ALTER TABLE "api_session" ADD CONSTRAINT "api_session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "api_user"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sign_in_link" ADD CONSTRAINT "sign_in_link_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "api_user"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What Prisma cannot say: a name is one user, however it is written; which subscriptions end with their tokens.
CREATE UNIQUE INDEX "api_user_name" ON "api_user" (lower("name"));
CREATE INDEX "webhook_ending" ON "webhook" ("ends_at") WHERE "is_active" AND "ends_at" IS NOT NULL;
CREATE INDEX "webhook_token" ON "webhook" ("token_id") WHERE "token_id" IS NOT NULL;
