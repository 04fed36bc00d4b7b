import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import type { Column } from "../../parts/data-table.tsx";
import { ListView } from "../../parts/list-view.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { REFUND_STATUSES } from "./shop-search.ts";
import { ShopTabs } from "./shop-tabs.tsx";
import { MinorMoney, ShopStatus } from "./shop-words.tsx";

const route = getRouteApi("/shop/refunds");

const FIELDS = [
  { name: "status", about: "UNKNOWN waits for the provider's word", options: REFUND_STATUSES },
  { name: "paymentId", about: "Of one payment" },
];

/** Money that goes back, and how far it is. */
export function ShopRefundsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery({
    queryKey: ["shop-refunds", search],
    queryFn: () => dataOf(api.GET("/api/v1/shop/refunds", { params: { query: search } })),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageHeader title="Shop" tab="Refunds">
        Money that goes back, with who asked for it and why.
      </PageHeader>
      <ShopTabs />
      <ListView
        what="refunds"
        list={list}
        columns={REFUND_COLUMNS}
        keyOf={({ id }) => id}
        onOpen={({ paymentId }) => void navigate({ to: "/shop/payments/$id", params: { id: paymentId } })}
        fields={FIELDS}
        search={search}
        onSearch={(next) => void navigate({ search: next as typeof search })}
        empty="A refund appears here when one is asked for, on the page of a payment or by a decision on an order."
      />
    </>
  );
}

export const REFUND_COLUMNS: readonly Column<Schemas["ShopRefund"]>[] = [
  {
    key: "order",
    header: "Order",
    cell: ({ orderReference, paymentId }) => (
      <Link to="/shop/payments/$id" params={{ id: paymentId }} className="name">
        {orderReference}
      </Link>
    ),
    phone: "title",
  },
  { key: "status", header: "Status", cell: ({ status }) => <ShopStatus word={status} />, phone: "status" },
  {
    key: "amount",
    header: "Amount",
    className: "number",
    cell: ({ amountMinor, currency }) => <MinorMoney minor={amountMinor} currency={currency} />,
  },
  { key: "cause", header: "Cause", cell: ({ cause, note }) => [cause, note].filter(Boolean).join(": ") },
  { key: "by", header: "Asked by", cell: ({ requestedBy }) => requestedBy, phone: "hide" },
  { key: "error", header: "Error", cell: ({ error }) => error ?? "", phone: "hide" },
  { key: "created", header: "Asked", cell: ({ createdAt }) => <TimeText at={createdAt} /> },
];
