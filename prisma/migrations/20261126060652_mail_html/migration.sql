-- AlterTable
ALTER TABLE "mail" ADD COLUMN     "html_body" TEXT,
ADD COLUMN     "unsubscribe_url" TEXT;
