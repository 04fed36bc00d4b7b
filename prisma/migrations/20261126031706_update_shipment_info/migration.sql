-- AlterTable
ALTER TABLE "shipment" ADD COLUMN     "announced_at" TIMESTAMPTZ(3),
ADD COLUMN     "replaced_package_id" BIGINT;

ALTER TABLE "shipment" DROP CONSTRAINT "shipment_has_one_parent";
ALTER TABLE "shipment" ADD CONSTRAINT "shipment_has_one_parent"
  CHECK (num_nonnulls("package_id", "transfer_order_id", "replaced_package_id") = 1);

-- As far as the events of announcements are kept.
UPDATE "shipment" SET "announced_at" = "event_queue"."created_at" FROM "event_queue"
WHERE "event_queue"."event_type" = 'package.shipment.awb_number' AND "event_queue"."entity_type" = 'shipment'
  AND "event_queue"."entity_id" = "shipment"."id";
