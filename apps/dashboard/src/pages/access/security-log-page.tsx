import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import type { Column } from "../../parts/data-table.tsx";
import type { FilterField } from "../../parts/filter-tokens.ts";
import { ListView } from "../../parts/list-view.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import type { Tone } from "../../parts/status.ts";
import { TimeText } from "../../parts/time-text.tsx";

type SecurityEvent = Schemas["SecurityEvent"];

const route = getRouteApi("/security-log");

const KINDS: Readonly<Record<SecurityEvent["kind"], { readonly word: string; readonly tone: Tone }>> = {
  SIGN_IN: { word: "Signed in", tone: "finished" },
  SIGN_IN_FAILED: { word: "Sign-in failed", tone: "late" },
  SIGN_INS_BLOCKED: { word: "Too many sign-ins", tone: "failed" },
  SIGN_OUT: { word: "Signed out", tone: "skipped" },
  SESSION_ENDED: { word: "Session ended", tone: "skipped" },
  LINK_CREATED: { word: "Link made", tone: "planned" },
  WRONG_TOKEN: { word: "Wrong token", tone: "late" },
  WRONG_TOKENS_BLOCKED: { word: "Too many wrong tokens", tone: "failed" },
  REFUSED: { word: "Refused", tone: "late" },
  USER_CREATED: { word: "User made", tone: "planned" },
  USER_CHANGED: { word: "User changed", tone: "planned" },
  TOKEN_CREATED: { word: "Token made", tone: "planned" },
  TOKEN_ROTATED: { word: "Token rotated", tone: "planned" },
  TOKEN_REVOKED: { word: "Token revoked", tone: "skipped" },
};

const FIELDS: readonly FilterField[] = [
  { name: "kind", about: "What happened", options: Object.keys(KINDS) },
  { name: "actor", about: "Who did it, the whole name" },
  { name: "subject", about: "To which user or token, the whole name" },
  { name: "since", about: "From an instant on, such as 2026-11-26T00:00:00Z" },
  { name: "until", about: "Up to an instant" },
];

/** Who came in, who was kept out, and who changed who may. */
export function SecurityLogPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery({
    queryKey: ["security-events", search],
    queryFn: () => dataOf(api.GET("/api/v1/security-events", { params: { query: search as never } })),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageHeader title="Security log">
        Sign-ins, refusals, and changes of users and tokens. Of a flood only the first of each minute are on record.
      </PageHeader>
      <ListView
        what="entries"
        list={list}
        columns={COLUMNS}
        keyOf={({ id }) => id}
        fields={FIELDS}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        emptyTitle="Nothing has happened yet"
        empty="The first sign-in, or the first that is refused, appears here."
      />
    </>
  );
}

const COLUMNS: readonly Column<SecurityEvent>[] = [
  { key: "at", header: "When", cell: ({ at }) => <TimeText at={at} />, phone: "line" },
  { key: "kind", header: "What", cell: ({ kind }) => <StatusBadge {...KINDS[kind]} />, phone: "status" },
  {
    key: "actor",
    header: "Who",
    cell: ({ actor }) =>
      actor === null ? <span className="meta nowrap">nobody known</span> : <span className="name">{actor}</span>,
    phone: "title",
  },
  { key: "subject", header: "To whom or what", cell: ({ subject }) => subject },
  { key: "from", header: "From", cell: ({ remoteAddr }) => <span className="mono">{remoteAddr ?? "–"}</span> },
  {
    key: "detail",
    header: "Detail",
    cell: ({ detail }) => <span className="clamp">{toFacts(detail)}</span>,
    phone: "line",
  },
];

/** `code FORBIDDEN · method GET`. */
const toFacts = (detail: unknown): string =>
  Object.entries(detail ?? {})
    .map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(" · ");
