import "./orders.css";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import IconPrinter from "@tabler/icons-react/icons/IconPrinter";
import IconZoomQuestion from "@tabler/icons-react/icons/IconZoomQuestion";
import { useState } from "react";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import { useKeys } from "../../parts/keys.ts";
import { PageHeader } from "../../parts/page-header.tsx";
import { ErrorState, Loading } from "../../parts/states.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { SEVERITIES, toWord } from "../../parts/status.ts";
import { TimeText } from "../../parts/time-text.tsx";
import { EventList } from "./event-list.tsx";
import { ItemsSide } from "./items-side.tsx";
import { MinorMoney } from "./minor-money.tsx";
import { OrderLanes } from "./order-lanes.tsx";
import { toneOf } from "./order-states.ts";

type Order = Schemas["OmsOrder"];

const route = getRouteApi("/orders/$number");

/** One order: where its units are, what happened to it and what is wrong with it. */
export function OrderPage() {
  const { number } = route.useParams();
  const { data, error, refetch } = useQuery({
    queryKey: ["orders", number],
    queryFn: () => dataOf(api.GET("/api/v1/oms/orders/{id}", { params: { path: { id: number } } })),
  });
  if (data !== undefined) return <Trace {...data} />;
  return (
    <>
      <PageHeader title={`Order ${number}`} />
      {error === null ? (
        <Loading what="the order" />
      ) : (
        <ErrorState what="The order" error={error} onRetry={() => void refetch()} />
      )}
    </>
  );
}

interface TraceProps {
  readonly order: Order;
  readonly events: Schemas["OmsOrderEvent"][];
  readonly problems: Schemas["FoundProblem"][];
}

function Trace({ order, events, problems }: TraceProps) {
  const { hide } = route.useSearch();
  const navigate = route.useNavigate();
  const [active, setActive] = useState<number | null>(null);
  const last = order.planAttempts.at(-1);
  const openWhy = () =>
    last !== undefined &&
    void navigate({ to: "/orders/$number/attempts/$no", params: { number: order.number, no: String(last.no) } });
  useKeys("This order", [
    { keys: "w", label: "Why it was planned so", run: openWhy },
    { keys: "P", label: "Print", run: () => window.print() },
    { keys: "u", label: "All orders", run: () => void navigate({ to: "/orders" }) },
  ]);
  const pick = (index: number) => {
    setActive(index);
    document.getElementById(`event-${index}`)?.scrollIntoView({ block: "center" });
  };
  return (
    <div className="order-page">
      <PageHeader
        title={`Order ${order.number}`}
        tab={order.number}
        beside={<StatusBadge tone={toneOf(order.state)} word={toWord(order.state)} />}
        actions={
          <>
            {last !== undefined && (
              <Button size="xs" leftSection={<IconZoomQuestion size={14} aria-hidden />} onClick={openWhy}>
                {last.shortUnits > 0 ? "Why is it short?" : "Why there?"}
              </Button>
            )}
            <Button
              size="xs"
              variant="default"
              leftSection={<IconPrinter size={14} aria-hidden />}
              onClick={() => window.print()}
            >
              Print
            </Button>
          </>
        }
      >
        {order.channel} · <MinorMoney minor={order.amountMinor} currency={order.currency} /> · placed{" "}
        <TimeText at={order.placedAt} absolute />
        {order.city !== null && ` · to ${order.city}${order.country === null ? "" : `, ${order.country}`}`}
      </PageHeader>
      {problems.length > 0 && (
        <ul className="reasons">
          {problems.map(({ id, severity, kind, reason, cure }) => (
            <li key={id}>
              <StatusBadge {...SEVERITIES[severity]!} /> <span className="name">{toWord(kind)}</span>: {reason}
              <div className="meta">{cure}</div>
            </li>
          ))}
        </ul>
      )}
      <OrderLanes events={events} active={active} onPick={pick} />
      <div className="order-columns">
        <EventList
          number={order.number}
          events={events}
          hidden={hide?.split(",").filter(Boolean) ?? []}
          onHide={(hidden) => void navigate({ search: { hide: hidden.join(",") || undefined }, replace: true })}
          active={active}
        />
        <aside className="stack">
          <ItemsSide items={order.items} currency={order.currency} />
          <Facts {...order} />
          <Attempts {...order} />
        </aside>
      </div>
    </div>
  );
}

function Facts({
  omnitronId,
  remoteStatus,
  plan,
  scenario,
  shippingOption,
  paymentType,
  receivedAt,
  shipments,
}: Order) {
  const facts: readonly (readonly [string, React.ReactNode])[] = [
    ["Omnitron", `${omnitronId}, status ${remoteStatus}`],
    ["Plan", plan === null ? "not planned yet" : toWord(plan)],
    ["Scenario", scenario],
    ["Shipping", shippingOption],
    ["Payment", paymentType],
    ["Taken in", <TimeText key="at" at={receivedAt} absolute />],
    ...shipments.map(
      ({ id, of, carrier, trackingNumber, status }) =>
        [
          `Parcel of ${of}`,
          <span key={id} className="row">
            {carrier} <span className="mono">{trackingNumber ?? "no number yet"}</span>
            <StatusBadge tone={toneOf(status)} word={toWord(status)} />
          </span>,
        ] as const,
    ),
  ];
  return (
    <section className="panel panel-body" aria-label="Facts">
      <dl className="facts">
        {facts.map(([name, value]) =>
          value === null ? null : (
            <div key={name} className="fact">
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
    </section>
  );
}

function Attempts({ number, planAttempts }: Order) {
  if (planAttempts.length === 0) return null;
  return (
    <section className="panel" aria-label="Attempts to plan it">
      <div className="panel-head">
        <h2>Planned</h2>
      </div>
      <ul className="items">
        {planAttempts.toReversed().map(({ no, at, trigger, outcome, shortUnits }) => (
          <li key={no} className="row">
            <Link to="/orders/$number/attempts/$no" params={{ number, no: String(no) }}>
              Attempt {no}
            </Link>
            <StatusBadge tone={toneOf(outcome)} word={shortUnits > 0 ? `${shortUnits} short` : toWord(outcome)} />
            <span className="meta">
              {toWord(trigger).toLowerCase()} · <TimeText at={at} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
