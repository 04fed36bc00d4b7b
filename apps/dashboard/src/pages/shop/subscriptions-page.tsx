import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import type { Column } from "../../parts/data-table.tsx";
import { ListView } from "../../parts/list-view.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { SUBSCRIPTION_STATUSES } from "./shop-search.ts";
import { ShopTabs } from "./shop-tabs.tsx";
import { ShopStatus } from "./shop-words.tsx";

const route = getRouteApi("/shop/subscriptions");

const FIELDS = [
  { name: "status", about: "Whether they are still waiting", options: SUBSCRIPTION_STATUSES },
  { name: "sku", about: "Of one product" },
];

/** Who waits for a product to be there again. */
export function ShopSubscriptionsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery({
    queryKey: ["shop-subscriptions", search],
    queryFn: () => dataOf(api.GET("/api/v1/shop/subscriptions", { params: { query: search } })),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageHeader title="Shop" tab="Subscriptions">
        Who waits for a product to be there again.
      </PageHeader>
      <ShopTabs />
      <ListView
        what="subscriptions"
        list={list}
        columns={COLUMNS}
        keyOf={({ id }) => id}
        fields={FIELDS}
        search={search}
        onSearch={(next) => void navigate({ search: next as typeof search })}
        empty="Somebody who asks in the shop to be told of a product that is sold out appears here."
      />
    </>
  );
}

const COLUMNS: readonly Column<Schemas["StockSubscription"]>[] = [
  {
    key: "sku",
    header: "Product",
    cell: ({ sku }) => (
      <Link to="/shop/products/$sku" params={{ sku }} className="name">
        {sku}
      </Link>
    ),
    phone: "title",
  },
  { key: "status", header: "Status", cell: ({ status }) => <ShopStatus word={status} />, phone: "status" },
  { key: "email", header: "Who", cell: ({ email }) => email ?? <span className="meta">hidden</span> },
  { key: "created", header: "Asked", cell: ({ createdAt }) => <TimeText at={createdAt} /> },
  { key: "confirmed", header: "Confirmed", cell: ({ confirmedAt }) => <TimeText at={confirmedAt} />, phone: "hide" },
  { key: "told", header: "Told", cell: ({ notifiedAt }) => <TimeText at={notifiedAt} /> },
];
