import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";

import { api, dataOf } from "../../client/api.ts";
import { Choice } from "../../parts/choice.tsx";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { ErrorState, Loading, NoMatch } from "../../parts/states.tsx";
import { TextFilter } from "../../parts/text-filter.tsx";
import { type Setting, type SettingRow, toSettingRows } from "./setting-rows.ts";
import "../../look/ledger.css";
import "./settings.css";

const route = getRouteApi("/settings");

const SOURCES = { DEFAULT: "default", ENVIRONMENT: "environment", ENV_FILE: ".env" } as const;

/** Every env key with what is in effect, and where that comes from. */
export function SettingsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, refetch } = useQuery({
    queryKey: ["settings"],
    queryFn: () => dataOf(api.GET("/api/v1/settings", {})),
    staleTime: Infinity,
  });
  const { q, source } = search;
  const rows = useMemo(() => toSettingRows(data?.items ?? [], { q, source }), [data, q, source]);
  const change = (part: typeof search) => void navigate({ search: { ...search, ...part }, replace: true });
  return (
    <>
      <PageHeader title="Settings">{data !== undefined && <ToldBy {...data.toldBy} />}</PageHeader>
      <div className="filter-bar">
        <TextFilter
          label="Search settings"
          placeholder="Part of a key, of what it does, or of its value"
          value={search.q ?? ""}
          onChange={(text) => change({ q: text === "" ? undefined : text })}
        />
        <Choice label="From" names={SOURCES} value={search.source} onChange={(from) => change({ source: from })} />
      </div>
      {data === undefined && error === null && <Loading what="the settings" rows={12} />}
      {data === undefined && error !== null && (
        <ErrorState what="The settings" error={error} onRetry={() => void refetch()} />
      )}
      {data !== undefined && rows.length === 0 && (
        <NoMatch what="settings" onClear={() => void navigate({ search: {} })} />
      )}
      {rows.length > 0 && (
        <DataTable
          label="Settings"
          rows={rows}
          columns={COLUMNS}
          keyOf={({ key }) => key}
          groupOf={({ group }) => group}
        />
      )}
    </>
  );
}

/** A process that was started elsewhere, or earlier, may have read something else. */
const ToldBy = ({ host, pid }: { readonly host: string; readonly pid: number }) => (
  <>
    As the api on {host} (process {pid}) was started. A beat or worker with another environment has other values, and a
    changed one is read at the next start. What is changed here, and takes effect at once, has pages of its own:{" "}
    <Link to="/schedules" search={{ source: "API" }}>
      schedules
    </Link>
    ,{" "}
    <Link to="/partners/$kind" params={{ kind: "vendors" }}>
      partners
    </Link>
    , <Link to="/users">users</Link> and <Link to="/tokens">tokens</Link>.
  </>
);

const COLUMNS: readonly Column<SettingRow>[] = [
  {
    key: "key",
    header: "Setting",
    className: "setting-cell",
    phone: "title",
    cell: ({ key, about, schedule }) => (
      <>
        {schedule !== null && (
          <>
            <Link to="/schedules/$key" params={{ key: schedule }} className="name">
              {schedule}
            </Link>{" "}
          </>
        )}
        <span className="mono">{key}</span>
        {schedule === null && <p className="meta">{about}</p>}
      </>
    ),
  },
  {
    key: "value",
    header: "Value",
    className: "value-cell",
    cell: ({ schedule, shown }) =>
      shown.map((setting) => (
        <div key={setting.key}>
          {schedule !== null && <span className="mono meta">{setting.key}=</span>}
          <Value {...setting} />
        </div>
      )),
  },
  {
    key: "source",
    header: "From",
    phone: "status",
    cell: ({ shown }) =>
      [...new Set(shown.map(({ source }) => source))].map((source) => (
        <span key={source} className="chip" data-set={source !== "DEFAULT" || undefined}>
          {SOURCES[source]}
        </span>
      )),
  },
  {
    key: "default",
    header: "Default",
    className: "value-cell",
    phone: "hide",
    cell: ({ schedule, shown }) => schedule === null && <span className="mono meta">{shown[0]?.fallback}</span>,
  },
  {
    key: "readBy",
    header: "Read by",
    phone: "hide",
    cell: ({ all }) => <span className="meta">{all[0]!.readBy.join(", ")}</span>,
  },
];

function Value({ value, isSet, secret }: Pick<Setting, "value" | "isSet" | "secret">) {
  if (secret) return <span className="meta">{isSet ? "set, and not shown" : "not set"}</span>;
  if (value === null || value === "") return <span className="meta">empty</span>;
  return <span className={isSet ? "mono name" : "mono"}>{value}</span>;
}
