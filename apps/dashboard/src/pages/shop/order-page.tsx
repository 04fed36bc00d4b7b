import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { ErrorState, Loading } from "../../parts/states.tsx";
import { toWord } from "../../parts/status.ts";
import { TimeText } from "../../parts/time-text.tsx";
import { PAYMENT_COLUMNS } from "./payments-page.tsx";
import { SettleOrder } from "./settle-order.tsx";
import { MinorMoney, ShopStatus } from "./shop-words.tsx";

type ShopOrder = Schemas["ShopOrder"];

const route = getRouteApi("/shop/orders/$id");

/** One order of the shop: its lines, its payments, and where it is held what is to be done about it. */
export function ShopOrderPage() {
  const { id } = route.useParams();
  const order = useQuery({
    queryKey: ["shop-orders", id],
    queryFn: () => dataOf(api.GET("/api/v1/shop/orders/{id}", { params: { path: { id } } })),
  });
  const payments = useQuery({
    queryKey: ["shop-payments", { orderId: id }],
    queryFn: () => dataOf(api.GET("/api/v1/shop/payments", { params: { query: { orderId: id } } })),
  });
  const { data, error, refetch } = order;
  if (data === undefined && error !== null)
    return <ErrorState what="The order" error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Loading what="the order" />;
  return (
    <>
      <PageHeader title={`Order ${data.reference}`} beside={<ShopStatus word={data.paymentState} />}>
        <Link to="/shop">Shop orders</Link>
      </PageHeader>
      {data.paymentState === "HELD" && <SettleOrder order={data} payments={payments.data?.items ?? []} />}
      <Facts order={data} />
      <h2 className="section">Lines</h2>
      <DataTable label="Lines" rows={data.lines} columns={toLineColumns(data.currency)} keyOf={({ sku }) => sku} />
      <h2 className="section">Payments</h2>
      {payments.error !== null && <ErrorState what="The payments" error={payments.error} />}
      {payments.data !== undefined && payments.data.items.length === 0 && <p className="meta">None is known.</p>}
      {payments.data !== undefined && payments.data.items.length > 0 && (
        <DataTable
          label="Payments"
          rows={payments.data.items}
          columns={PAYMENT_COLUMNS}
          keyOf={(payment) => payment.id}
        />
      )}
    </>
  );
}

function Facts({ order }: { readonly order: ShopOrder }) {
  return (
    <dl className="facts">
      <dt>Order is</dt>
      <dd>{toWord(order.status)}</dd>
      <dt>Total</dt>
      <dd>
        <MinorMoney minor={order.totalMinor} currency={order.currency} />
      </dd>
      <dt>Placed</dt>
      <dd>
        <TimeText at={order.placedAt} absolute />
      </dd>
      <dt>Confirmed</dt>
      <dd>
        <TimeText at={order.confirmedAt} absolute />
      </dd>
      {order.cancelledAt !== null && (
        <>
          <dt>Cancelled</dt>
          <dd>
            <TimeText at={order.cancelledAt} absolute />
          </dd>
        </>
      )}
      <dt>To be paid by</dt>
      <dd>
        <TimeText at={order.payBy} absolute />
      </dd>
    </dl>
  );
}

const toLineColumns = (currency: string): readonly Column<ShopOrder["lines"][number]>[] => [
  { key: "title", header: "Product", cell: ({ title }) => <span className="name">{title}</span>, phone: "title" },
  { key: "sku", header: "SKU", className: "mono", cell: ({ sku }) => sku },
  { key: "quantity", header: "Pieces", className: "number", cell: ({ quantity }) => quantity, phone: "status" },
  {
    key: "price",
    header: "Price of one",
    className: "number",
    cell: ({ priceMinor }) => <MinorMoney minor={priceMinor} currency={currency} />,
  },
];
