import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import type { Column } from "../../parts/data-table.tsx";
import type { FilterField } from "../../parts/filter-tokens.ts";
import { ListView } from "../../parts/list-view.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { SEVERITIES, toWord } from "../../parts/status.ts";
import { TimeText } from "../../parts/time-text.tsx";

type FoundProblem = Schemas["FoundProblem"];

const route = getRouteApi("/problems");

/** The parts of Drumline that open problems. */
const CONTEXTS = ["oms", "ecomnow", "shop", "integration", "events", "outbound"];
const FIELDS: readonly FilterField[] = [
  { name: "severity", about: "How grave it is", options: ["ERROR", "WARNING", "INFO"] },
  { name: "open", about: "Closed ones too", options: ["true", "false", "all"] },
  { name: "context", about: "Whose business it is", options: CONTEXTS },
  { name: "kind", about: "What kind of problem" },
  { name: "subjectKey", about: "What it is about, the whole of it" },
];

/** What a person must see; without a filter, what is open. */
export function ProblemsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { open, ...filter } = search;
  const query = { ...filter, ...(open === "all" ? {} : { open: open ?? "true" }) };
  const list = useQuery({
    queryKey: ["problems", query],
    queryFn: () => dataOf(api.GET("/api/v1/problems", { params: { query: query as never } })),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageHeader title="Problems">What stops something until somebody acts, or should be looked at.</PageHeader>
      <ListView
        what="problems"
        list={list}
        columns={COLUMNS}
        keyOf={({ id }) => id}
        onOpen={({ id }) => void navigate({ to: "/problems/$id", params: { id } })}
        fields={FIELDS}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        emptyTitle="No open problems"
        empty="What a person must decide on appears here, with what can be done about it."
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
