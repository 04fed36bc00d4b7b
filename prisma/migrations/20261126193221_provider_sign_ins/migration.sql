-- AlterTable
ALTER TABLE "api_user" ADD COLUMN     "issuer" TEXT,
ADD COLUMN     "subject" TEXT;

-- CreateTable
CREATE TABLE "provider_sign_in" (
    "state_hash" TEXT NOT NULL,
    "browser_hash" TEXT NOT NULL,
    "nonce" TEXT NOT NULL,
    "code_verifier" TEXT NOT NULL,
    "return_to" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "provider_sign_in_pkey" PRIMARY KEY ("state_hash")
);

-- CreateIndex
CREATE INDEX "provider_sign_in_expires" ON "provider_sign_in"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "api_user_identity" ON "api_user"("issuer", "subject");
