-- AlterTable
ALTER TABLE "shipment" ADD COLUMN     "events_hash" TEXT;

-- Those that a person has to look after.
CREATE INDEX "shipment_expired" ON "shipment" ("id") WHERE "status" = 'EXPIRED';
CREATE INDEX "transfer_order_ready" ON "transfer_order" ("id") WHERE "state" = 'READY_TO_SHIPMENT';
CREATE INDEX "shipment_deleted_of_package" ON "shipment" ("package_id") WHERE "status" = 'DELETED' AND "package_id" IS NOT NULL;
CREATE INDEX "shipment_deleted_of_transfer" ON "shipment" ("transfer_order_id") WHERE "status" = 'DELETED' AND "transfer_order_id" IS NOT NULL;
