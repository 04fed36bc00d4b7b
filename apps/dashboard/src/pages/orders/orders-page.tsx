import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { FilterBar } from "../../parts/filter-bar.tsx";
import type { FilterField } from "../../parts/filter-tokens.ts";
import { PageHeader } from "../../parts/page-header.tsx";
import { Pager } from "../../parts/pager.tsx";
import { Empty, ErrorState, Loading, NoMatch } from "../../parts/states.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { toWord } from "../../parts/status.ts";
import { TimeText } from "../../parts/time-text.tsx";
import { MinorMoney } from "./minor-money.tsx";
import { toneOf } from "./order-states.ts";

type OrderSummary = Schemas["OmsOrderSummary"];

const route = getRouteApi("/orders");

const ORDER_STATES = [
  "CANCELLATION_WAITING",
  "CANCELLED",
  "WAITING",
  "PAYMENT_WAITING",
  "CONFIRMATION_WAITING",
  "APPROVED",
  "INACTIVE",
  "PREPARING",
  "SHIPPED",
  "READY_FOR_PICKUP",
  "ATTEMPTED_DELIVERY",
  "DELIVERED",
  "REFUNDED",
];
const YES_NO = ["true", "false"];

/** Orders, and the way to the one that is looked for. */
export function OrdersPage() {
  const { cursor, ...filter } = route.useSearch();
  const navigate = route.useNavigate();
  const query = { ...filter, cursor } as never;
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  const { data, error, refetch } = useQuery({
    queryKey: ["orders", filter, cursor],
    queryFn: () => dataOf(api.GET("/api/v1/oms/orders", { params: { query } })),
    placeholderData: keepPreviousData,
  });
  const { data: counted } = useQuery({
    queryKey: ["orders", "count", filter],
    queryFn: () => dataOf(api.GET("/api/v1/oms/orders/count", { params: { query: filter as never } })),
    placeholderData: keepPreviousData,
  });
  const { data: channels } = useQuery({
    queryKey: ["channels"],
    queryFn: () => dataOf(api.GET("/api/v1/oms/channels")),
    staleTime: 300_000,
  });
  const fields: readonly FilterField[] = [
    { name: "find", about: "Number or its beginning; package, transfer or parcel" },
    { name: "short", about: "Waits for stock or a decision", options: YES_NO },
    { name: "problem", about: "Something about it must be seen by a person", options: YES_NO },
    { name: "state", about: "How far the order is", options: ORDER_STATES },
    { name: "plan", about: "How far it is planned", options: ["START", "PENDING", "COMPLETED", "CANCELLED"] },
    { name: "channel", about: "Where it was ordered", options: channels?.items.map(({ name }) => name) ?? [] },
    { name: "package", about: "Number of a package" },
    { name: "tracking", about: "Tracking number of a parcel" },
  ];
  return (
    <>
      <PageHeader
        title="Orders"
        beside={
          counted !== undefined && (
            <span className="meta">
              {counted.count.toLocaleString("en")}
              {counted.exact ? "" : " and more"}
            </span>
          )
        }
      >
        Where each order is, what happened to it, and why it was planned as it was.
      </PageHeader>
      <FilterBar
        fields={fields}
        values={filter}
        onChange={(change) => void navigate({ search: (now) => ({ ...now, ...change, cursor: undefined }) })}
      />
      {data === undefined && error === null && <Loading what="orders" />}
      {data === undefined && error !== null && (
        <ErrorState what="The orders" error={error} onRetry={() => void refetch()} />
      )}
      {data?.items.length === 0 &&
        (isFiltered ? (
          <NoMatch what="orders" onClear={() => void navigate({ search: {} })} />
        ) : (
          <Empty title="No orders yet">Orders appear here with the first pull from Omnitron.</Empty>
        ))}
      {data !== undefined && data.items.length > 0 && (
        <DataTable
          label="Orders"
          rows={data.items}
          columns={COLUMNS}
          keyOf={({ number }) => number}
          changeOf={({ state, plan }) => `${state} ${plan}`}
          onOpen={({ number }) => void navigate({ to: "/orders/$number", params: { number } })}
        />
      )}
      <Pager
        cursor={cursor}
        nextCursor={data?.nextCursor}
        onCursor={(next) => void navigate({ search: (now) => ({ ...now, cursor: next }) })}
      />
    </>
  );
}

const COLUMNS: readonly Column<OrderSummary>[] = [
  {
    key: "number",
    header: "Order",
    cell: ({ number }) => (
      <Link to="/orders/$number" params={{ number }} className="name">
        {number}
      </Link>
    ),
    phone: "title",
  },
  {
    key: "state",
    header: "State",
    cell: ({ state }) => <StatusBadge tone={toneOf(state)} word={toWord(state)} />,
    phone: "status",
  },
  { key: "packages", header: "Packages", cell: (order) => <Packages {...order} /> },
  { key: "channel", header: "Channel", cell: ({ channel }) => channel, phone: "hide" },
  { key: "units", header: "Units", cell: ({ units }) => units, className: "number", phone: "hide" },
  {
    key: "amount",
    header: "Amount",
    cell: ({ amountMinor, currency }) => <MinorMoney minor={amountMinor} currency={currency} />,
    className: "number",
  },
  {
    key: "problems",
    header: "Problems",
    cell: ({ openProblems }) => (openProblems === 0 ? null : <StatusBadge tone="late" word={`${openProblems} open`} />),
  },
  { key: "placed", header: "Placed", cell: ({ placedAt }) => <TimeText at={placedAt} /> },
];

/** How many packages there are in each state, those that wait for something first. */
function Packages({ packages, plan }: OrderSummary) {
  const live = packages.filter(({ state }) => state !== "CANCELLED");
  if (live.length === 0) return <span className="meta">{plan === null ? "not planned yet" : "none"}</span>;
  const byState = new Map<string, number>();
  for (const { state } of live) byState.set(state, (byState.get(state) ?? 0) + 1);
  return (
    <span className="row">
      {[...byState].map(([state, count]) => (
        <StatusBadge key={state} tone={toneOf(state)} word={`${count} ${toWord(state).toLowerCase()}`} />
      ))}
    </span>
  );
}
