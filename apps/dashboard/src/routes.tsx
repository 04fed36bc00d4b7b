import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";

import { BASE } from "./client/address.ts";
import { parseSearch, stringifySearch } from "./client/search-params.ts";
import { signInSearch } from "./pages/sign-in/sign-in-search.ts";
import { problemsSearch } from "./pages/problems/problems-search.ts";
import { NotFound, PageFailed } from "./shell/not-found.tsx";
import { Shell } from "./shell/shell.tsx";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: PageFailed });
const getParentRoute = () => root;

// One line a page: its path, what it reads from the URL, and its file, which is loaded when it is opened.
const pages = [
  createRoute({
    getParentRoute,
    path: "/",
    component: lazyRouteComponent(() => import("./pages/overview/overview-page.tsx"), "OverviewPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/sign-in",
    validateSearch: signInSearch,
    component: lazyRouteComponent(() => import("./pages/sign-in/sign-in-page.tsx"), "SignInPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/problems",
    validateSearch: problemsSearch,
    component: lazyRouteComponent(() => import("./pages/problems/problems-page.tsx"), "ProblemsPage"),
  }),
] as const;

export const router = createRouter({
  routeTree: root.addChildren(pages),
  basepath: BASE.pathname,
  parseSearch,
  stringifySearch,
  defaultPreload: "intent",
  scrollRestoration: true,
  // The old page stays until the new one is there.
  defaultPendingMs: 100_000,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
