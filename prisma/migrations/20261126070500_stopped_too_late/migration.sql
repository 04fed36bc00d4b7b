-- Orders that Omnitron has stopped, looked at after every pull; few at any time.
CREATE INDEX "orders_stopped_at_omnitron" ON "orders" ("id") WHERE "remote_status" IN ('50', '200', '300', '350');
