import { Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect } from "react";

import { followServer, useLive } from "../client/live.ts";
import { RequestFailed } from "../client/problem.ts";
import { useMe } from "../client/queries.ts";
import { stopClock } from "../look/clock.ts";
import { usePreferences } from "../look/preferences.ts";
import { listenForKeys } from "../parts/keys.ts";
import { ErrorState, Loading } from "../parts/states.tsx";
import { Header } from "./header.tsx";
import { Nav } from "./nav.tsx";
import { NotLive } from "./not-live.tsx";
import { holdsSecret, SignInFirst } from "./sign-in-first.tsx";
import { ShellKeys } from "./shell-keys.tsx";

/** What is around every page; without a session the way to one. */
export function Shell() {
  const { pathname, hash } = useRouterState({ select: ({ location }) => location });
  useEffect(listenForKeys, []);
  if (pathname === "/sign-in") return <Outlet />;
  return holdsSecret(hash) ? <SignInFirst /> : <SignedIn />;
}

function SignedIn() {
  const me = useMe();
  if (me.isPending) return <Loading what="the dashboard" rows={3} />;
  if (me.error instanceof RequestFailed && me.error.status === 401) return <SignInFirst />;
  if (me.data === undefined)
    return <ErrorState what="The dashboard" error={me.error} onRetry={() => void me.refetch()} />;
  return <Frame />;
}

function Frame() {
  const live = useLive();
  const { comfortable } = usePreferences();
  const isStill = live.kind === "lost" || live.kind === "paused";
  useEffect(followServer, []);
  useEffect(() => stopClock(isStill), [isStill]);
  useEffect(() => {
    document.documentElement.dataset["rows"] = comfortable ? "comfortable" : "dense";
  }, [comfortable]);
  return (
    <div className="shell">
      <a className="skip-link" href="#main">
        To the content
      </a>
      <Header />
      <nav className="shell-nav" aria-label="Pages">
        <Nav />
      </nav>
      <main className="shell-main" id="main" tabIndex={-1} data-still={live.kind === "lost" || undefined}>
        <NotLive />
        <Outlet />
      </main>
      <ShellKeys />
    </div>
  );
}
