-- Every pull looks for transfers whose source is closed; most transfers ever made are not waiting.
CREATE INDEX "transfer_order_waiting" ON "transfer_order" ("source_id") WHERE "state" = 'WAITING';

-- 425, inactive, stops an order as 50 does.
DROP INDEX "orders_stopped_at_omnitron";
CREATE INDEX "orders_stopped_at_omnitron" ON "orders" ("id") WHERE "remote_status" IN ('50', '200', '300', '350', '425');
