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
import { SEVERITIES, toWord } from "../../parts/status.ts";
import { TimeText } from "../../parts/time-text.tsx";

type FoundProblem = Schemas["FoundProblem"];

const route = getRouteApi("/problems");

const FIELDS: readonly FilterField[] = [
  { name: "severity", about: "How grave it is", options: ["ERROR", "WARNING", "INFO"] },
  { name: "open", about: "Closed ones too", options: ["true", "false", "all"] },
  { name: "context", about: "Whose business it is", options: ["oms", "ecomnow", "shop", "integration"] },
  { name: "kind", about: "What kind of problem" },
  { name: "subjectKey", about: "What it is about, the whole of it" },
];

/** What a person must see; without a filter, what is open. */
export function ProblemsPage() {
  const { cursor, open, ...filter } = route.useSearch();
  const navigate = route.useNavigate();
  const isFiltered = open !== undefined || Object.values(filter).some((value) => value !== undefined);
  const query = { ...filter, cursor, ...(open === "all" ? {} : { open: open ?? "true" }) };
  const { data, error, refetch } = useQuery({
    queryKey: ["problems", query],
    queryFn: () => dataOf(api.GET("/api/v1/problems", { params: { query: query as never } })),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageHeader title="Problems">What stops something until somebody acts, or should be looked at.</PageHeader>
      <FilterBar
        fields={FIELDS}
        values={{ open, ...filter }}
        onChange={(change) => void navigate({ search: (now) => ({ ...now, ...change, cursor: undefined }) })}
      />
      {data === undefined && error === null && <Loading what="problems" />}
      {data === undefined && error !== null && (
        <ErrorState what="The problems" error={error} onRetry={() => void refetch()} />
      )}
      {data?.items.length === 0 &&
        (isFiltered ? (
          <NoMatch what="problems" onClear={() => void navigate({ search: {} })} />
        ) : (
          <Empty title="No open problems">
            What a person must decide on appears here, with what can be done about it.
          </Empty>
        ))}
      {data !== undefined && data.items.length > 0 && (
        <DataTable
          label="Problems"
          rows={data.items}
          columns={COLUMNS}
          keyOf={({ id }) => id}
          onOpen={({ id }) => void navigate({ to: "/problems/$id", params: { id } })}
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

const COLUMNS: readonly Column<FoundProblem>[] = [
  {
    key: "severity",
    header: "Severity",
    cell: ({ severity }) => <StatusBadge {...SEVERITIES[severity]!} />,
    phone: "status",
  },
  {
    key: "subject",
    header: "About",
    cell: ({ id, subjectKey }) => (
      <Link to="/problems/$id" params={{ id }} className="name">
        {subjectKey}
      </Link>
    ),
    phone: "title",
  },
  { key: "kind", header: "Kind", cell: ({ kind }) => toWord(kind) },
  { key: "reason", header: "Reason", cell: ({ reason }) => reason, phone: "hide" },
  { key: "since", header: "Since", cell: ({ openedAt }) => <TimeText at={openedAt} /> },
];
