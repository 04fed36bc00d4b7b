import { Button } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import type { Column } from "../../parts/data-table.tsx";
import { ListView } from "../../parts/list-view.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { NewUser } from "./new-user.tsx";
import { SecretDialog } from "./secret-dialog.tsx";
import { UserMenu } from "./user-menu.tsx";

type User = Schemas["User"];

const route = getRouteApi("/users");

/** Who may sign in, and as what. */
export function UsersPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [isNew, setIsNew] = useState(false);
  const [link, setLink] = useState<{ readonly name: string; readonly url: string } | null>(null);
  const list = useQuery({
    queryKey: ["users", search],
    queryFn: () => dataOf(api.GET("/api/v1/users", { params: { query: search } })),
    placeholderData: keepPreviousData,
  });
  const columns: readonly Column<User>[] = [
    ...COLUMNS,
    {
      key: "menu",
      header: <span className="for-readers">Actions</span>,
      cell: (user) => <UserMenu user={user} onLink={(url) => setLink({ name: user.name, url })} />,
      className: "number",
      phone: "line",
    },
  ];
  return (
    <>
      <PageHeader title="Users" actions={<Button onClick={() => setIsNew(true)}>New user</Button>}>
        A viewer reads, an operator also runs and pauses things, an admin also changes schedules and users.
      </PageHeader>
      <ListView
        what="users"
        list={list}
        columns={columns}
        keyOf={({ id }) => id}
        fields={[]}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        emptyTitle="No users yet"
        empty="Until there is one, people come in with a token."
        emptyAction={<Button onClick={() => setIsNew(true)}>New user</Button>}
      />
      <NewUser opened={isNew} onClose={() => setIsNew(false)} onLink={(name, url) => setLink({ name, url })} />
      <SecretDialog
        title={`A link for ${link?.name ?? ""}`}
        secret={link?.url ?? null}
        about="It signs in once, within 15 minutes, and lets them choose a password. It is shown this one time."
        onClose={() => setLink(null)}
      />
    </>
  );
}

const COLUMNS: readonly Column<User>[] = [
  { key: "name", header: "Name", cell: ({ name }) => <span className="name">{name}</span>, phone: "title" },
  { key: "role", header: "Role", cell: ({ role }) => role },
  {
    key: "state",
    header: "State",
    cell: ({ disabledAt, hasPassword, issuer }) =>
      disabledAt === null ? (
        <StatusBadge tone="finished" word={wordOf(hasPassword, issuer)} />
      ) : (
        <StatusBadge tone="skipped" word="Disabled" />
      ),
    phone: "status",
  },
  { key: "email", header: "Address", cell: ({ email }) => email ?? <span className="meta">–</span>, phone: "hide" },
  {
    key: "seen",
    header: "Last sign-in",
    cell: ({ lastSignInAt }) =>
      lastSignInAt === null ? <span className="meta">never</span> : <TimeText at={lastSignInAt} />,
  },
];

function wordOf(hasPassword: boolean, issuer: string | null): string {
  if (issuer !== null) return "At the provider";
  return hasPassword ? "May sign in" : "By link only";
}
