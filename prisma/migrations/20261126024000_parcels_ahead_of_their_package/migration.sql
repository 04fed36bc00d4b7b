-- Packages that were shipped by a command after their parcel's last word stayed where they were, since a delivered parcel
-- is never asked about again. Their parcels are asked about once more, and the answer moves the package.
UPDATE "shipment" SET "status" = 'SHIPPING', "next_poll_at" = now()
FROM "package"
WHERE "package"."id" = "shipment"."package_id" AND "shipment"."status" = 'DELIVERED'
  AND "package"."state" IN ('SHIPPED', 'READY_FOR_PICKUP', 'ATTEMPTED_DELIVERY', 'DELIVERY_FAILED');
