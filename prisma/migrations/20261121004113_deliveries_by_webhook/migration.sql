-- AlterTable
ALTER TABLE "webhook_delivery" ADD COLUMN     "attempts_before_replay" INTEGER NOT NULL DEFAULT 0;

-- What Prisma's schema cannot say.

-- Deliveries are claimed one subscription at a time, so that a slow receiver cannot hold up the others.
DROP INDEX "webhook_delivery_due";
CREATE INDEX "webhook_delivery_due" ON "webhook_delivery" ("webhook_id", "next_attempt_at") WHERE "status" IN ('PENDING', 'PENDING_RETRY');
