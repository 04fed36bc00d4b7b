-- What somebody looked at, who ends a subscription or confirms a held listing.
ALTER TABLE "user_audit_cycle" ADD COLUMN     "version" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "webhook" ADD COLUMN     "version" INTEGER NOT NULL DEFAULT 1;
