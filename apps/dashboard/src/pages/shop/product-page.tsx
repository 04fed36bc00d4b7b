import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import { useMay } from "../../client/queries.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { ErrorState, Loading } from "../../parts/states.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { toWord } from "../../parts/status.ts";
import { TimeText } from "../../parts/time-text.tsx";
import { CorrectStock, TellMovement } from "./tell-movement.tsx";

const route = getRouteApi("/shop/products/$sku");

/** One product: its stock, what happened to it, and saying what did. */
export function ShopProductPage() {
  const { sku } = route.useParams();
  const mayTell = useMay("operator");
  const product = useQuery({
    queryKey: ["shop-products", sku],
    queryFn: () => dataOf(api.GET("/api/v1/shop/products/{sku}", { params: { path: { sku } } })),
  });
  const movements = useQuery({
    queryKey: ["shop-movements", sku],
    queryFn: () => dataOf(api.GET("/api/v1/shop/movements", { params: { query: { sku, limit: 100 } } })),
    placeholderData: keepPreviousData,
  });
  const { data, error, refetch } = product;
  if (data === undefined && error !== null)
    return <ErrorState what="The product" error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Loading what="the product" />;
  const isApart = movements.data?.items.some(({ refusal }) => refusal !== null) === true;
  return (
    <>
      <PageHeader
        title={data.title}
        beside={
          <StatusBadge tone={data.isOnSale ? "finished" : "skipped"} word={data.isOnSale ? "On sale" : "Not on sale"} />
        }
      >
        <Link to="/shop/products">Products</Link> · <span className="mono">{data.sku}</span>
      </PageHeader>
      <Stock product={data} />
      {mayTell && <TellMovement sku={data.sku} />}
      <h2 className="section">What happened to it</h2>
      {movements.error !== null && <ErrorState what="The movements" error={movements.error} />}
      {movements.data?.items.length === 0 && <p className="meta">Nothing yet.</p>}
      {movements.data !== undefined && movements.data.items.length > 0 && (
        <DataTable label="Movements" rows={movements.data.items} columns={COLUMNS} keyOf={({ id }) => id} />
      )}
      {mayTell && <CorrectStock sku={data.sku} isApart={isApart} />}
    </>
  );
}

function Stock({ product }: { readonly product: Schemas["ShopProduct"] }) {
  const { available, onHand, reserved, safety, countedAt } = product;
  return (
    <dl className="facts">
      <dt>Available</dt>
      <dd>
        <span className="name">{available}</span>{" "}
        <span className="meta">
          = {onHand} on hand − {reserved} reserved − {safety} kept back
        </span>
      </dd>
      <dt>Counted</dt>
      <dd>
        <TimeText at={countedAt} absolute />
      </dd>
    </dl>
  );
}

const COLUMNS: readonly Column<Schemas["ShopMovement"]>[] = [
  { key: "kind", header: "What", cell: ({ kind }) => <span className="name">{toWord(kind)}</span>, phone: "title" },
  {
    key: "applied",
    header: "State",
    cell: ({ appliedAt, refusal }) =>
      refusal !== null ? (
        <StatusBadge tone="failed" word={toWord(refusal)} />
      ) : (
        <StatusBadge
          tone={appliedAt === null ? "planned" : "finished"}
          word={appliedAt === null ? "Waits" : "Applied"}
        />
      ),
    phone: "status",
  },
  { key: "pieces", header: "Pieces", className: "number", cell: ({ pieces }) => pieces },
  { key: "effect", header: "Effect", className: "number", cell: ({ effect }) => effect ?? "", phone: "hide" },
  { key: "balance", header: "Balance", className: "number", cell: ({ balance }) => balance ?? "", phone: "hide" },
  { key: "by", header: "Said by", cell: ({ actor }) => actor },
  { key: "reason", header: "Reason", cell: ({ reason }) => reason ?? "", phone: "hide" },
  { key: "at", header: "Happened", cell: ({ occurredAt }) => <TimeText at={occurredAt} /> },
];
