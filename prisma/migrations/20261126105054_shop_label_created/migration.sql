-- CreateIndex
CREATE INDEX "shop_label_created" ON "shop_label"("created_at");
