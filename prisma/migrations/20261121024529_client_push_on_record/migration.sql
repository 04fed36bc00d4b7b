-- AlterTable
ALTER TABLE "ecomnow_customer_integration_endpoint" ADD COLUMN     "pending_push" TEXT;

-- What the Prisma schema cannot say.

-- `code:id` is the number of an order: without a colon in the code, no two clients' numbers meet.
ALTER TABLE "ecomnow_customer_integration"
  ADD CONSTRAINT "ecomnow_customer_integration_code" CHECK ("code" ~ '^[a-z0-9][a-z0-9-]{0,49}$');
