import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { FilterBar } from "../../parts/filter-bar.tsx";
import type { FilterField } from "../../parts/filter-tokens.ts";
import { PageHeader } from "../../parts/page-header.tsx";
import { Pager } from "../../parts/pager.tsx";
import { Empty, ErrorState, Loading, NoMatch } from "../../parts/states.tsx";
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
  const { cursor, ...filter } = route.useSearch();
  const navigate = route.useNavigate();
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  const { data, error, refetch } = useQuery({
    queryKey: ["audit-events", filter, cursor],
    queryFn: () => dataOf(api.GET("/api/v1/audit-events", { params: { query: { ...filter, cursor } } })),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageHeader title="Audit log">Every write: who, what, before and after. Nothing here can be changed.</PageHeader>
      <FilterBar
        fields={FIELDS}
        values={filter}
        onChange={(change) => void navigate({ search: (now) => ({ ...now, ...change, cursor: undefined }) })}
      />
      {data === undefined && error === null && <Loading what="the audit log" />}
      {error !== null && <ErrorState what="The audit log" error={error} onRetry={() => void refetch()} />}
      {data?.items.length === 0 &&
        (isFiltered ? (
          <NoMatch what="entries" onClear={() => void navigate({ search: {} })} />
        ) : (
          <Empty title="Nothing was changed yet">The first change that anybody makes appears here.</Empty>
        ))}
      {data !== undefined && data.items.length > 0 && (
        <DataTable label="Audit log" rows={data.items} columns={COLUMNS} keyOf={({ id }) => id} />
      )}
      <Pager
        cursor={cursor}
        nextCursor={data?.nextCursor}
        onCursor={(next) => void navigate({ search: (now) => ({ ...now, cursor: next }) })}
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
