import { Button, PasswordInput } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import { queries, useMe } from "../../client/queries.ts";
import type { Column } from "../../parts/data-table.tsx";
import { ListView } from "../../parts/list-view.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { showDone, showFailed } from "../../parts/toasts.tsx";

type Session = Schemas["Session"];

const route = getRouteApi("/profile");

/** Who I am here, where I am signed in, and my password. */
export function ProfilePage() {
  const me = useMe();
  const isAdmin = me.data?.role === "admin";
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery({
    queryKey: ["sessions", search],
    queryFn: () => dataOf(api.GET("/api/v1/sessions", { params: { query: search } })),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageHeader title={me.data?.name ?? "Profile"} tab="Profile">
        {me.data?.role}
        {me.data?.via === "token" && " · by a token, which is signed in nowhere"}
      </PageHeader>
      <h2 className="section">{isAdmin ? "Who is signed in" : "Where you are signed in"}</h2>
      <ListView
        what="sessions"
        list={list}
        columns={COLUMNS}
        keyOf={({ id }) => id}
        fields={[]}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        emptyTitle="Nobody is signed in"
        empty="Whoever signs in with a name and a password, or by a link, appears here."
      />
      {me.data?.via === "session" && <PasswordForm />}
    </>
  );
}

const COLUMNS: readonly Column<Session>[] = [
  {
    key: "name",
    header: "Who",
    cell: ({ name, isCurrent }) => (
      <>
        <span className="name">{name}</span> {isCurrent && <span className="meta">this browser</span>}
      </>
    ),
    phone: "title",
  },
  { key: "browser", header: "Browser", cell: ({ userAgent }) => toBrowser(userAgent) },
  { key: "from", header: "From", cell: ({ remoteAddr }) => <span className="mono">{remoteAddr ?? "–"}</span> },
  { key: "method", header: "By", cell: ({ method }) => (method === "OIDC" ? "provider" : method.toLowerCase()) },
  { key: "since", header: "Since", cell: ({ createdAt }) => <TimeText at={createdAt} /> },
  { key: "seen", header: "Last seen", cell: ({ lastSeenAt }) => <TimeText at={lastSeenAt} /> },
  {
    key: "end",
    header: <span className="for-readers">Actions</span>,
    cell: ({ id, isCurrent }) =>
      isCurrent ? null : (
        <Button size="compact-xs" variant="default" onClick={() => void endSession(id)}>
          End it
        </Button>
      ),
    className: "number",
    phone: "status",
  },
];

async function endSession(id: string): Promise<void> {
  try {
    await dataOf(api.DELETE("/api/v1/sessions/{id}", { params: { path: { id } } }));
    showDone("The session is over");
  } catch (error) {
    showFailed("The session was not ended", error);
  }
  await queries.invalidateQueries({ queryKey: ["sessions"] });
}

/** The name of a browser and its system, as far as it says so itself. */
function toBrowser(userAgent: string | null): string {
  if (userAgent === null) return "–";
  const browser =
    /(Firefox|Edg|OPR|Chrome|Safari|curl)[/ ]/.exec(userAgent)?.[1]?.replace("Edg", "Edge") ?? "another program";
  const system = /(Windows|Macintosh|Android|iPhone|iPad|Linux)/.exec(userAgent)?.[1]?.replace("Macintosh", "macOS");
  return system === undefined ? browser : `${browser} on ${system}`;
}

function PasswordForm() {
  const [password, setPassword] = useState("");
  const [currentPassword, setCurrentPassword] = useState("");
  const [refused, setRefused] = useState<string | null>(null);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setRefused(null);
    try {
      const body = { password, ...(currentPassword === "" ? {} : { currentPassword }) };
      await dataOf(api.PUT("/api/v1/me/password", { body }));
      setPassword("");
      setCurrentPassword("");
      showDone("The password is changed; every other session of yours is over");
    } catch (error) {
      setRefused(error instanceof Error ? error.message : String(error));
    }
    await queries.invalidateQueries({ queryKey: ["sessions"] });
  };
  return (
    <>
      <h2 className="section">Password</h2>
      <form className="panel panel-body stack narrow" onSubmit={(event) => void save(event)}>
        <PasswordInput
          label="The one there is"
          description="Not asked for within 15 minutes of a sign-in by a link."
          autoComplete="current-password"
          value={currentPassword}
          onChange={({ currentTarget }) => setCurrentPassword(currentTarget.value)}
        />
        <PasswordInput
          label="The new one"
          description="12 to 200 characters, without your name in it."
          autoComplete="new-password"
          required
          minLength={12}
          value={password}
          error={refused}
          onChange={({ currentTarget }) => setPassword(currentTarget.value)}
        />
        <div>
          <Button type="submit">Change the password</Button>
        </div>
      </form>
    </>
  );
}
