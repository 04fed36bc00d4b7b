-- CreateIndex
CREATE INDEX "shop_notice_parcel" ON "shop_notice"("parcel_id");

-- CreateIndex
CREATE INDEX "shop_stock_subscription_waiting" ON "shop_stock_subscription"("product_id", "status", "confirmed_at", "id");

-- CreateIndex
CREATE INDEX "shop_stock_subscription_status" ON "shop_stock_subscription"("status", "created_at");
