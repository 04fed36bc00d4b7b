-- AlterTable
ALTER TABLE "user_audit_candidate" ADD COLUMN     "elsewhere" TEXT[];

-- AlterTable
ALTER TABLE "user_audit" ADD COLUMN     "elsewhere" TEXT[];

-- AlterTable
ALTER TABLE "mail" ADD COLUMN     "settled_by" TEXT;

-- CreateIndex
CREATE INDEX "mail_created" ON "mail"("created_at", "id");

-- Names and addresses are compared without spaces and case by our own rule: of ASCII by an index that knows no locale, the
-- others all.
DROP INDEX "platform_user_username";
DROP INDEX "platform_user_email";
CREATE INDEX "platform_user_username" ON "platform_user" (lower(btrim("username", E' \t\n\v\f\r') COLLATE "C"));
CREATE INDEX "platform_user_email" ON "platform_user" (lower(btrim("email", E' \t\n\v\f\r') COLLATE "C"));
CREATE INDEX "platform_user_beyond_ascii" ON "platform_user" ("id")
  WHERE octet_length("username") <> char_length("username") OR octet_length("email") <> char_length("email");

-- A platform is known by its word in capitals. Of open findings about one user under two spellings the newest stays open.
UPDATE "user_audit" SET "closed_at" = now(), "version" = "version" + 1
WHERE "closed_at" IS NULL AND "id" NOT IN (
  SELECT DISTINCT ON ("audit_type", upper(btrim("platform") COLLATE "C"), "username") "id" FROM "user_audit"
  WHERE "closed_at" IS NULL ORDER BY "audit_type", upper(btrim("platform") COLLATE "C"), "username", "id" DESC);
UPDATE "user_audit" SET "platform" = upper(btrim("platform") COLLATE "C")
WHERE "platform" <> upper(btrim("platform") COLLATE "C");
UPDATE "user_audit_cycle" SET "platform" = upper(btrim("platform") COLLATE "C")
WHERE "platform" <> upper(btrim("platform") COLLATE "C");
