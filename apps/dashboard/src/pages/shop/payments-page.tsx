import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import type { Column } from "../../parts/data-table.tsx";
import { ListView } from "../../parts/list-view.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { PAYMENT_STATUSES } from "./shop-search.ts";
import { ShopTabs } from "./shop-tabs.tsx";
import { MinorMoney, ShopStatus } from "./shop-words.tsx";

const route = getRouteApi("/shop/payments");

const FIELDS = [
  { name: "status", about: "How it stands at the provider", options: PAYMENT_STATUSES },
  { name: "provider", about: "mollie, stripe, …" },
  { name: "providerId", about: "The provider's name of it" },
  { name: "orderId", about: "Of one order" },
];

/** Attempts to pay, as their providers say they stand. */
export function ShopPaymentsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery({
    queryKey: ["shop-payments", search],
    queryFn: () => dataOf(api.GET("/api/v1/shop/payments", { params: { query: search } })),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageHeader title="Shop" tab="Payments">
        Attempts to pay. What a provider says is asked for, never taken from a redirect.
      </PageHeader>
      <ShopTabs />
      <ListView
        what="payments"
        list={list}
        columns={PAYMENT_COLUMNS}
        keyOf={({ id }) => id}
        onOpen={({ id }) => void navigate({ to: "/shop/payments/$id", params: { id } })}
        fields={FIELDS}
        search={search}
        onSearch={(next) => void navigate({ search: next as typeof search })}
        empty="A payment appears here with the order that it is for."
      />
    </>
  );
}

export const PAYMENT_COLUMNS: readonly Column<Schemas["ShopPayment"]>[] = [
  {
    key: "id",
    header: "Payment",
    cell: ({ id, provider, providerId }) => (
      <Link to="/shop/payments/$id" params={{ id }} className="name">
        {provider} {providerId ?? "without a name yet"}
      </Link>
    ),
    phone: "title",
  },
  { key: "status", header: "Status", cell: ({ status }) => <ShopStatus word={status} />, phone: "status" },
  {
    key: "order",
    header: "Order",
    cell: ({ orderId, orderReference }) => (
      <Link to="/shop/orders/$id" params={{ id: orderId }}>
        {orderReference}
      </Link>
    ),
  },
  {
    key: "amount",
    header: "Amount",
    className: "number",
    cell: ({ amountMinor, currency }) => <MinorMoney minor={amountMinor} currency={currency} />,
  },
  { key: "method", header: "Method", cell: ({ method }) => method ?? "", phone: "hide" },
  { key: "created", header: "Begun", cell: ({ createdAt }) => <TimeText at={createdAt} /> },
  { key: "next", header: "Asked again", cell: ({ nextCheckAt }) => <TimeText at={nextCheckAt} />, phone: "hide" },
];
