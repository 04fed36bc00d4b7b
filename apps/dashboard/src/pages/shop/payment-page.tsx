import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import { useMay } from "../../client/queries.ts";
import { act } from "../../parts/act.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { ErrorState, Loading } from "../../parts/states.tsx";
import { toWord } from "../../parts/status.ts";
import { TimeText } from "../../parts/time-text.tsx";
import { RefundForm } from "./refund-form.tsx";
import { REFUND_COLUMNS } from "./refunds-page.tsx";
import { MinorMoney, ShopStatus } from "./shop-words.tsx";

type Payment = Schemas["ShopPaymentDetail"];

const route = getRouteApi("/shop/payments/$id");

/** One attempt to pay: what was heard of it and what that did, its refunds, and asking the provider now. */
export function ShopPaymentPage() {
  const { id } = route.useParams();
  const mayAct = useMay("operator");
  const { data, error, refetch } = useQuery({
    queryKey: ["shop-payments", id],
    queryFn: () => dataOf(api.GET("/api/v1/shop/payments/{id}", { params: { path: { id } } })),
  });
  if (data === undefined && error !== null)
    return <ErrorState what="The payment" error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Loading what="the payment" />;
  const ask = () =>
    act("Asking the provider", "The provider is asked; what it says appears below", ["shop-payments", "runs"], () =>
      dataOf(api.POST("/api/v1/shop/payments/{id}/ask", { params: { path: { id } }, body: { source: "MANUAL" } })),
    );
  return (
    <>
      <PageHeader
        title={`Payment ${data.providerId ?? data.id}`}
        beside={<ShopStatus word={data.status} />}
        actions={
          <Button size="xs" disabled={!mayAct} onClick={() => void ask()}>
            Ask {data.provider} now
          </Button>
        }
      >
        <Link to="/shop/payments">Payments</Link> · order{" "}
        <Link to="/shop/orders/$id" params={{ id: data.orderId }}>
          {data.orderReference}
        </Link>
      </PageHeader>
      <Facts payment={data} />
      <h2 className="section">What was heard of it</h2>
      {data.history.length === 0 ? <p className="meta">Nothing yet.</p> : <History history={data.history} />}
      <h2 className="section">Refunds</h2>
      {data.refunds.length === 0 ? (
        <p className="meta">None.</p>
      ) : (
        <DataTable label="Refunds" rows={data.refunds} columns={REFUND_COLUMNS} keyOf={(refund) => refund.id} />
      )}
      {data.status === "PAID" && mayAct && <RefundForm payment={data} />}
    </>
  );
}

function Facts({ payment }: { readonly payment: Payment }) {
  const { amountMinor, paidMinor, paidCurrency, refundedMinor, currency, failedChecks, lastCheckError } = payment;
  return (
    <dl className="facts">
      <dt>Amount</dt>
      <dd>
        <MinorMoney minor={amountMinor} currency={currency} />
      </dd>
      {paidMinor !== null && (
        <>
          <dt>Paid</dt>
          <dd>
            <MinorMoney minor={paidMinor} currency={paidCurrency ?? currency} />
          </dd>
        </>
      )}
      <dt>Refunded</dt>
      <dd>
        <MinorMoney minor={refundedMinor} currency={paidCurrency ?? currency} />
      </dd>
      <dt>Method</dt>
      <dd>{payment.method ?? "–"}</dd>
      <dt>Begun</dt>
      <dd>
        <TimeText at={payment.createdAt} absolute />
      </dd>
      <dt>Expires</dt>
      <dd>
        <TimeText at={payment.expiresAt} absolute />
      </dd>
      <dt>Asked</dt>
      <dd>
        {payment.checks} times{failedChecks > 0 && `, ${failedChecks} without an answer: ${lastCheckError ?? ""}`};
        again <TimeText at={payment.nextCheckAt} />
      </dd>
      {payment.failureReason !== null && (
        <>
          <dt>Failed for</dt>
          <dd>{payment.failureReason}</dd>
        </>
      )}
    </dl>
  );
}

/** The oldest first: what was heard, from where, and what it did. */
const History = ({ history }: { readonly history: Payment["history"] }) => (
  <ol className="timeline">
    {history.map(({ at, source, rawStatus, fromStatus, toStatus, effect }) => (
      <li key={`${at}${source}${toStatus}`}>
        <TimeText at={at} absolute />
        <span>
          <span className="name">
            {fromStatus === toStatus ? toWord(toStatus) : `${toWord(fromStatus)} → ${toWord(toStatus)}`}
          </span>{" "}
          <span className="meta">
            {toWord(source)} said {rawStatus} · {toWord(effect)}
          </span>
        </span>
      </li>
    ))}
  </ol>
);
