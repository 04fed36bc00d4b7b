import { Button } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import { act } from "../../parts/act.ts";
import type { Column } from "../../parts/data-table.tsx";
import { ListView } from "../../parts/list-view.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { LEAD_STATUSES } from "./shop-search.ts";
import { ShopTabs } from "./shop-tabs.tsx";
import { MinorMoney, ShopStatus } from "./shop-words.tsx";

type Lead = Schemas["ShopLead"];

const route = getRouteApi("/shop/leads");

const FIELDS = [{ name: "status", about: "Whether somebody may still be reminded", options: LEAD_STATUSES }];

/** Checkouts that were left, of people who agreed to be reminded. */
export function ShopLeadsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery({
    queryKey: ["shop-leads", search],
    queryFn: () => dataOf(api.GET("/api/v1/shop/leads", { params: { query: search } })),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageHeader title="Shop" tab="Leads">
        Checkouts that were left, of people who agreed to be reminded. Shown to operators only.
      </PageHeader>
      <ShopTabs />
      <ListView
        what="leads"
        list={list}
        columns={COLUMNS}
        keyOf={({ id }) => id}
        fields={FIELDS}
        search={search}
        onSearch={(next) => void navigate({ search: next as typeof search })}
        empty="A checkout that is left for a while appears here, if the customer agreed to be reminded."
      />
    </>
  );
}

const end = ({ id, cartReference }: Lead) =>
  act("Ending the lead", `${cartReference}: nobody is reminded of it any more`, ["shop-leads"], () =>
    dataOf(api.POST("/api/v1/shop/leads/{id}/end", { params: { path: { id } } })),
  );

const COLUMNS: readonly Column<Lead>[] = [
  {
    key: "who",
    header: "Who",
    cell: ({ name, email }) => <span className="name">{name ?? email ?? "erased"}</span>,
    phone: "title",
  },
  { key: "status", header: "Status", cell: ({ status }) => <ShopStatus word={status} />, phone: "status" },
  { key: "cart", header: "Cart", className: "mono", cell: ({ cartReference }) => cartReference },
  {
    key: "worth",
    header: "Worth",
    className: "number",
    cell: ({ lines, currency }) => (
      <MinorMoney
        minor={String(lines.reduce((sum, { quantity, priceMinor }) => sum + BigInt(priceMinor) * BigInt(quantity), 0n))}
        currency={currency}
      />
    ),
  },
  { key: "left", header: "Left", cell: ({ abandonedAt }) => <TimeText at={abandonedAt} /> },
  { key: "back", header: "Came back", cell: ({ restoredAt }) => <TimeText at={restoredAt} />, phone: "hide" },
  {
    key: "act",
    header: <span className="for-readers">What can be done</span>,
    cell: (lead) =>
      lead.status === "OPEN" && (
        <Button size="compact-xs" variant="default" onClick={() => void end(lead)}>
          End it
        </Button>
      ),
  },
];
