import "./configuration.css";

import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";

import { fetchFromApi } from "../../client/api.ts";
import { useMay } from "../../client/queries.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { Pager } from "../../parts/pager.tsx";
import { Empty, ErrorState, Loading } from "../../parts/states.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { EditRow } from "./edit-row.tsx";
import { type Kind, KINDS, type Row } from "./kinds.ts";

const route = getRouteApi("/partners/$kind");

interface Page {
  readonly items: readonly Row[];
  readonly nextCursor: string | null;
}

/** Vendors, clients, their endpoints, and watched APIs. */
export function ConfigurationPage() {
  const { kind: name } = route.useParams();
  const kind = KINDS[name];
  return (
    <>
      <PageHeader title={kind?.title ?? "Partners"}>{kind?.about ?? "There is no such list."}</PageHeader>
      <nav className="row kinds" aria-label="Kinds of partners">
        {Object.values(KINDS).map(({ path, title }) => (
          <Link
            key={path}
            to="/partners/$kind"
            params={{ kind: path }}
            aria-current={path === name ? "page" : undefined}
          >
            {title}
          </Link>
        ))}
      </nav>
      {kind !== undefined && <List key={name} kind={kind} />}
    </>
  );
}

function List({ kind }: { readonly kind: Kind }) {
  const { cursor, id } = route.useSearch();
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  const mayEdit = useMay("admin");
  const key = ["configuration", kind.path];
  const { data, error, refetch } = useQuery({
    queryKey: [...key, cursor],
    queryFn: async () => {
      const query = cursor === undefined ? "" : `?cursor=${encodeURIComponent(cursor)}`;
      return (await (await fetchFromApi(`api/v1/${kind.path}${query}`)).json()) as Page;
    },
    placeholderData: keepPreviousData,
  });
  const open = (row: Row | null) =>
    void navigate({ search: (now) => ({ ...now, id: row?.id }), replace: row === null });
  return (
    <>
      {data === undefined && error === null && <Loading what={kind.title} />}
      {data === undefined && error !== null && (
        <ErrorState what={kind.title} error={error} onRetry={() => void refetch()} />
      )}
      {data?.items.length === 0 && (
        <Empty title={`No ${kind.title.toLowerCase()} yet`}>
          They are made by POST /api/v1/{kind.path}; here they are looked at and changed.
        </Empty>
      )}
      {data !== undefined && data.items.length > 0 && (
        <DataTable
          label={kind.title}
          rows={data.items}
          columns={columnsOf(kind)}
          keyOf={(row) => row.id}
          onOpen={open}
          changeOf={({ version }) => String(version)}
        />
      )}
      <Pager
        cursor={cursor}
        nextCursor={data?.nextCursor}
        onCursor={(next) => void navigate({ search: { cursor: next } })}
      />
      <EditRow
        kind={kind}
        row={data?.items.find((row) => row.id === id) ?? null}
        mayEdit={mayEdit}
        onClose={() => open(null)}
        onSaved={() => queries.invalidateQueries({ queryKey: key })}
      />
    </>
  );
}

const columnsOf = ({ nameOf, lineOf, stateOf, timeOf }: Kind): readonly Column<Row>[] => [
  { key: "name", header: "Name", cell: (row) => <span className="name">{nameOf(row)}</span>, phone: "title" },
  { key: "state", header: "State", cell: (row) => <StatusBadge {...stateOf(row)} />, phone: "status" },
  { key: "line", header: "What", cell: lineOf, className: "wide" },
  { key: "at", header: "Last", cell: (row) => (timeOf(row) === null ? null : <TimeText at={timeOf(row)} />) },
];
