-- DropIndex
DROP INDEX "shop_lead_restore_token_hash_key";

-- DropIndex
DROP INDEX "shop_lead_due";

-- AlterTable
ALTER TABLE "shop_lead" DROP COLUMN "next_reminder_at",
DROP COLUMN "reminders_sent",
DROP COLUMN "restore_token_hash",
DROP COLUMN "restore_until",
ADD COLUMN     "ended_at" TIMESTAMPTZ(3),
ADD COLUMN     "key" UUID NOT NULL DEFAULT gen_random_uuid();

-- CreateTable
CREATE TABLE "shop_restore_link" (
    "token_hash" TEXT NOT NULL,
    "lead_id" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "shop_restore_link_pkey" PRIMARY KEY ("token_hash")
);

-- CreateIndex
CREATE INDEX "shop_restore_link_lead" ON "shop_restore_link"("lead_id");

-- CreateIndex
CREATE UNIQUE INDEX "shop_lead_key_key" ON "shop_lead"("key");

-- CreateIndex
CREATE INDEX "shop_lead_status" ON "shop_lead"("status", "created_at");

-- CreateIndex
CREATE INDEX "shop_lead_cart" ON "shop_lead"("cart_id");

-- AddForeignKey
ALTER TABLE "shop_restore_link" ADD CONSTRAINT "shop_restore_link_lead_id_fkey" FOREIGN KEY ("lead_id") REFERENCES "shop_lead"("id") ON DELETE CASCADE ON UPDATE CASCADE;
