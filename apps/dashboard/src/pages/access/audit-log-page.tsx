import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import type { Column } from "../../parts/data-table.tsx";
import type { FilterField } from "../../parts/filter-tokens.ts";
import { ListView } from "../../parts/list-view.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { TimeText } from "../../parts/time-text.tsx";

type AuditEvent = Schemas["AuditEvent"];

const route = getRouteApi("/audit-log");

const FIELDS: readonly FilterField[] = [
  { name: "actor", about: "Who did it" },
  { name: "entityType", about: "What kind of thing: user, token, schedule …" },
  { name: "entityId", about: "Which one, the whole of it" },
  { name: "since", about: "From an instant on, such as 2026-11-26T00:00:00Z" },
  { name: "until", about: "Up to an instant" },
];

/** Every write, with who did it and what changed. */
export function AuditLogPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery({
    queryKey: ["audit-events", search],
    queryFn: () => dataOf(api.GET("/api/v1/audit-events", { params: { query: search } })),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageHeader title="Audit log">Every write: who, what, before and after. Nothing here can be changed.</PageHeader>
      <ListView
        what="entries"
        list={list}
        columns={COLUMNS}
        keyOf={({ id }) => id}
        fields={FIELDS}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        emptyTitle="Nothing was changed yet"
        empty="The first change that anybody makes appears here."
      />
    </>
  );
}

const COLUMNS: readonly Column<AuditEvent>[] = [
  { key: "at", header: "When", cell: ({ at }) => <TimeText at={at} />, phone: "status" },
  {
    key: "actor",
    header: "Who",
    cell: ({ actor }) => <span className="name">{actor ?? "nobody"}</span>,
    phone: "title",
  },
  {
    key: "entity",
    header: "What",
    cell: ({ entityType, entityId }) => (
      <>
        {entityType} <span className="mono">{entityId}</span>
      </>
    ),
  },
  {
    key: "content",
    header: "Change",
    cell: ({ content }) => <code className="clamp">{JSON.stringify(content)}</code>,
    phone: "line",
  },
];
