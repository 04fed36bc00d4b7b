import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import type { Column } from "../../parts/data-table.tsx";
import { ListView } from "../../parts/list-view.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { ShopTabs } from "./shop-tabs.tsx";

const route = getRouteApi("/shop/products");

const FIELDS = [{ name: "isOnSale", about: "Whether the shop may sell it", options: ["true", "false"] }];

/** Products of the shop and their stock. */
export function ShopProductsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery({
    queryKey: ["shop-products", search],
    queryFn: () => dataOf(api.GET("/api/v1/shop/products", { params: { query: search } })),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageHeader title="Shop" tab="Products">
        Products and their stock, which is what its movements add up to.
      </PageHeader>
      <ShopTabs />
      <ListView
        what="products"
        list={list}
        columns={COLUMNS}
        keyOf={({ sku }) => sku}
        onOpen={({ sku }) => void navigate({ to: "/shop/products/$sku", params: { sku } })}
        fields={FIELDS}
        search={search}
        onSearch={(next) => void navigate({ search: next as typeof search })}
        empty="A product appears here as soon as the shop tells of it."
      />
    </>
  );
}

const COLUMNS: readonly Column<Schemas["ShopProduct"]>[] = [
  {
    key: "title",
    header: "Product",
    cell: ({ sku, title }) => (
      <Link to="/shop/products/$sku" params={{ sku }} className="name">
        {title}
      </Link>
    ),
    phone: "title",
  },
  { key: "sku", header: "SKU", className: "mono", cell: ({ sku }) => sku },
  {
    key: "sale",
    header: "On sale",
    cell: ({ isOnSale }) => (
      <StatusBadge tone={isOnSale ? "finished" : "skipped"} word={isOnSale ? "On sale" : "Not on sale"} />
    ),
    phone: "status",
  },
  { key: "available", header: "Available", className: "number", cell: ({ available }) => available },
  { key: "onHand", header: "On hand", className: "number", cell: ({ onHand }) => onHand, phone: "hide" },
  { key: "reserved", header: "Reserved", className: "number", cell: ({ reserved }) => reserved, phone: "hide" },
  { key: "safety", header: "Kept back", className: "number", cell: ({ safety }) => safety, phone: "hide" },
  { key: "counted", header: "Counted", cell: ({ countedAt }) => <TimeText at={countedAt} /> },
];
