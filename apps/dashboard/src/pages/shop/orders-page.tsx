import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import type { Column } from "../../parts/data-table.tsx";
import { ListView } from "../../parts/list-view.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { toWord } from "../../parts/status.ts";
import { TimeText } from "../../parts/time-text.tsx";
import { ORDER_STATUSES, PAYMENT_STATES } from "./shop-search.ts";
import { ShopTabs } from "./shop-tabs.tsx";
import { MinorMoney, ShopStatus } from "./shop-words.tsx";

type ShopOrder = Schemas["ShopOrder"];

const route = getRouteApi("/shop");

const FIELDS = [
  { name: "paymentState", about: "What became of its money; HELD waits for a person", options: PAYMENT_STATES },
  { name: "status", about: "How far it is", options: ORDER_STATUSES },
  { name: "reference", about: "The shop's number of it, the whole of it" },
];

/** Orders of the shop; those that are HELD wait for somebody to say what is right. */
export function ShopOrdersPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery({
    queryKey: ["shop-orders", search],
    queryFn: () => dataOf(api.GET("/api/v1/shop/orders", { params: { query: search } })),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageHeader title="Shop" tab="Shop orders">
        Orders, and what became of their money.{" "}
        <Link to="/shop" search={{ paymentState: "HELD" }}>
          Those that are held
        </Link>{" "}
        wait for a person.
      </PageHeader>
      <ShopTabs />
      <ListView
        what="orders"
        list={list}
        columns={COLUMNS}
        keyOf={({ id }) => id}
        onOpen={({ id }) => void navigate({ to: "/shop/orders/$id", params: { id } })}
        fields={FIELDS}
        search={search}
        onSearch={(next) => void navigate({ search: next as typeof search })}
        empty="An order appears here as soon as the shop sends it to the api."
      />
    </>
  );
}

const COLUMNS: readonly Column<ShopOrder>[] = [
  {
    key: "reference",
    header: "Order",
    cell: ({ id, reference }) => (
      <Link to="/shop/orders/$id" params={{ id }} className="name">
        {reference}
      </Link>
    ),
    phone: "title",
  },
  {
    key: "paymentState",
    header: "Payment",
    cell: ({ paymentState }) => <ShopStatus word={paymentState} />,
    phone: "status",
  },
  { key: "why", header: "Held for", cell: ({ heldReason }) => (heldReason === null ? "" : toWord(heldReason)) },
  { key: "status", header: "Order is", cell: ({ status }) => toWord(status) },
  {
    key: "total",
    header: "Total",
    className: "number",
    cell: ({ totalMinor, currency }) => <MinorMoney minor={totalMinor} currency={currency} />,
  },
  { key: "placed", header: "Placed", cell: ({ placedAt }) => <TimeText at={placedAt} /> },
];
