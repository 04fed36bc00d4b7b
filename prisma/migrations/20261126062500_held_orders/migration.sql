-- Orders that Omnitron is about to cancel, looked at after every pull; few at any time.
CREATE INDEX "orders_cancellation_waiting" ON "orders" ("id") WHERE "state" = 'CANCELLATION_WAITING';

-- Deliveries that were given up: a replay that succeeds asks whether any is left.
CREATE INDEX "webhook_delivery_exhausted" ON "webhook_delivery" ("webhook_id") WHERE "status" = 'EXHAUSTED';
