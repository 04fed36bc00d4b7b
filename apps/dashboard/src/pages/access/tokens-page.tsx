import { Button } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import { queries } from "../../client/queries.ts";
import { ConfirmDialog } from "../../parts/confirm-dialog.tsx";
import type { Column } from "../../parts/data-table.tsx";
import { ListView } from "../../parts/list-view.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { showDone, showFailed } from "../../parts/toasts.tsx";
import { NewToken } from "./new-token.tsx";
import { RotateToken } from "./rotate-token.tsx";
import { SecretDialog } from "./secret-dialog.tsx";

type Token = Schemas["Token"];

const route = getRouteApi("/tokens");

/** What programs come in with. */
export function TokensPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [isNew, setIsNew] = useState(false);
  const [issued, setIssued] = useState<{ readonly title: string; readonly secret: string } | null>(null);
  const [rotating, setRotating] = useState<Token | null>(null);
  const [revoking, setRevoking] = useState<Token | null>(null);
  const list = useQuery({
    queryKey: ["tokens", search],
    queryFn: () => dataOf(api.GET("/api/v1/tokens", { params: { query: search } })),
    placeholderData: keepPreviousData,
  });
  const columns: readonly Column<Token>[] = [
    ...COLUMNS,
    {
      key: "actions",
      header: <span className="for-readers">Actions</span>,
      cell: (token) => (
        <span className="row push-right">
          <Button
            size="compact-xs"
            variant="default"
            aria-label={`Rotate ${token.name}`}
            onClick={() => setRotating(token)}
          >
            Rotate
          </Button>
          <Button
            size="compact-xs"
            variant="default"
            aria-label={`Revoke ${token.name}`}
            onClick={() => setRevoking(token)}
          >
            Revoke
          </Button>
        </span>
      ),
    },
  ];
  return (
    <>
      <PageHeader title="Tokens" actions={<Button onClick={() => setIsNew(true)}>New token</Button>}>
        For programs: each has a role, and may be held to some areas and to an end.
      </PageHeader>
      <ListView
        what="tokens"
        list={list}
        columns={columns}
        keyOf={({ id }) => id}
        fields={[]}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        emptyTitle="No tokens yet"
        empty="A program that calls the api needs one; the one of API_ADMIN_TOKEN is not in this list."
        emptyAction={<Button onClick={() => setIsNew(true)}>New token</Button>}
      />
      <NewToken
        opened={isNew}
        onClose={() => setIsNew(false)}
        onSecret={(secret) => setIssued({ title: "The new token", secret })}
      />
      <RotateToken
        token={rotating}
        onClose={() => setRotating(null)}
        onSecret={(secret) => setIssued({ title: `The new secret of ${rotating?.name ?? ""}`, secret })}
      />
      <SecretDialog
        title={issued?.title ?? ""}
        secret={issued?.secret ?? null}
        about="Only its hash is kept: copy it now, it is shown this one time."
        onClose={() => setIssued(null)}
      />
      <ConfirmDialog
        opened={revoking !== null}
        onClose={() => setRevoking(null)}
        title={`Revoke ${revoking?.name ?? ""}`}
        name={revoking?.name ?? ""}
        action="Revoke the token"
        onConfirm={async () => {
          if (revoking !== null) await revoke(revoking);
        }}
      >
        Whoever comes with it is refused within seconds, and what it has subscribed to ends. It cannot be had back.
      </ConfirmDialog>
    </>
  );
}

async function revoke({ id, name }: Token): Promise<void> {
  try {
    await dataOf(api.DELETE("/api/v1/tokens/{id}", { params: { path: { id } } }));
    showDone(`${name} is revoked`);
  } catch (error) {
    showFailed(`${name} was not revoked`, error);
  }
  await queries.invalidateQueries({ queryKey: ["tokens"] });
}

const COLUMNS: readonly Column<Token>[] = [
  { key: "name", header: "Name", cell: ({ name }) => <span className="name">{name}</span>, phone: "title" },
  { key: "role", header: "Role", cell: ({ role }) => role, phone: "status" },
  { key: "scopes", header: "Areas", cell: ({ scopes }) => (scopes.length === 0 ? "all" : scopes.join(", ")) },
  {
    key: "used",
    header: "Last used",
    cell: ({ lastUsedAt }) =>
      lastUsedAt === null ? <span className="meta">never</span> : <TimeText at={lastUsedAt} />,
  },
  {
    key: "rotated",
    header: "Rotated",
    cell: ({ rotatedAt, oldUntil }) =>
      rotatedAt !== null && (
        <>
          <TimeText at={rotatedAt} />
          {oldUntil !== null && Date.parse(oldUntil) > Date.now() && (
            <span className="meta">
              {" "}
              old secret until <TimeText at={oldUntil} />
            </span>
          )}
        </>
      ),
  },
  {
    key: "expires",
    header: "Ends",
    cell: ({ expiresAt }) => (expiresAt === null ? <span className="meta">never</span> : <TimeText at={expiresAt} />),
  },
];
