-- CreateIndex
CREATE INDEX "ecomnow_product_sku" ON "ecomnow_product"("sku");
