-- CreateIndex
CREATE INDEX "event_queue_entity" ON "event_queue"("entity_id", "entity_type");

-- CreateIndex
CREATE INDEX "orders_number_prefix" ON "orders"("number" text_pattern_ops);

-- CreateIndex
CREATE INDEX "orders_state" ON "orders"("state", "id");

-- CreateIndex
CREATE INDEX "orders_channel" ON "orders"("channel_id", "id");

-- CreateIndex
CREATE INDEX "transfer_order_order" ON "transfer_order"("order_id");

-- CreateIndex
CREATE INDEX "omnitron_message_order" ON "omnitron_message"("order_id", "id");

-- CreateIndex
CREATE INDEX "shipment_tracking_number_alone" ON "shipment"("tracking_number");
