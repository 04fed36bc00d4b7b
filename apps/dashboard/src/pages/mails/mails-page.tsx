import { Button } from "@mantine/core";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import { useMay } from "../../client/queries.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { FilterBar } from "../../parts/filter-bar.tsx";
import type { FilterField } from "../../parts/filter-tokens.ts";
import { PageHeader } from "../../parts/page-header.tsx";
import { Pager } from "../../parts/pager.tsx";
import { Empty, ErrorState, Loading, NoMatch } from "../../parts/states.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { type Tone, toWord } from "../../parts/status.ts";
import { TimeText } from "../../parts/time-text.tsx";
import { showDone, showFailed } from "../../parts/toasts.tsx";

type Mail = Schemas["Mail"];

const route = getRouteApi("/mails");

const TONES: Readonly<Record<string, Tone>> = {
  SENT: "finished",
  FAILED: "failed",
  UNKNOWN: "late",
  SENDING: "running",
};

const FIELDS: readonly FilterField[] = [
  { name: "status", about: "What became of it", options: ["QUEUED", "SENDING", "SENT", "FAILED", "UNKNOWN"] },
  { name: "kind", about: "What it tells of", options: ["user-audit-digest", "user-audit-reminder", "api-status"] },
];

/** Mail to people, and what a person says of one of which nobody knows whether it went out. */
export function MailsPage() {
  const { cursor, ...filter } = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, refetch } = useQuery({
    queryKey: ["mails", filter, cursor],
    queryFn: () => dataOf(api.GET("/api/v1/mails", { params: { query: { ...filter, cursor } as never } })),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageHeader title="Mails">What was written to whom, and whether it went out.</PageHeader>
      <FilterBar
        fields={FIELDS}
        values={filter}
        onChange={(change) => void navigate({ search: (now) => ({ ...now, ...change, cursor: undefined }) })}
      />
      {data === undefined && error === null && <Loading what="mails" />}
      {data === undefined && error !== null && (
        <ErrorState what="The mails" error={error} onRetry={() => void refetch()} />
      )}
      {data?.items.length === 0 &&
        (Object.values(filter).some(Boolean) ? (
          <NoMatch what="mails" onClear={() => void navigate({ search: {} })} />
        ) : (
          <Empty title="No mails yet">Digests, reminders and alerts appear here when they are sent.</Empty>
        ))}
      {data !== undefined && data.items.length > 0 && (
        <DataTable
          label="Mails"
          rows={data.items}
          columns={COLUMNS}
          keyOf={({ id }) => id}
          changeOf={({ status }) => status}
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

/** Of a mail whose outcome nobody knows a person says it; one that failed can be sent again. */
function Settle({ id, status }: Pick<Mail, "id" | "status">) {
  const queries = useQueryClient();
  const maySettle = useMay("operator");
  const settle = async (outcome: "sent" | "not-sent") => {
    try {
      await dataOf(api.POST(`/api/v1/mails/{id}/${outcome}`, { params: { path: { id } } }));
      showDone(outcome === "sent" ? "It counts as sent" : "It is sent with the next run of its task");
    } catch (error) {
      showFailed("It was not settled", error);
    }
    await queries.invalidateQueries({ queryKey: ["mails"] });
  };
  if (!maySettle || (status !== "UNKNOWN" && status !== "FAILED")) return null;
  return (
    <span className="row">
      {status === "UNKNOWN" && (
        <Button size="compact-xs" variant="default" onClick={() => void settle("sent")}>
          It was sent
        </Button>
      )}
      <Button size="compact-xs" variant="default" onClick={() => void settle("not-sent")}>
        Send it again
      </Button>
    </span>
  );
}

const COLUMNS: readonly Column<Mail>[] = [
  { key: "subject", header: "Subject", cell: ({ subject }) => <span className="name">{subject}</span>, phone: "title" },
  {
    key: "status",
    header: "Status",
    cell: ({ status }) => <StatusBadge tone={TONES[status] ?? "planned"} word={toWord(status)} />,
    phone: "status",
  },
  { key: "recipient", header: "To", cell: ({ recipient }) => recipient },
  { key: "kind", header: "Kind", cell: ({ kind }) => kind, phone: "hide" },
  { key: "error", header: "Error", cell: ({ error }) => error },
  { key: "at", header: "Written", cell: ({ createdAt }) => <TimeText at={createdAt} /> },
  { key: "settle", header: "", cell: ({ id, status }) => <Settle id={id} status={status} /> },
];
