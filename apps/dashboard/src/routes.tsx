import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";

import { BASE } from "./client/address.ts";
import { parseSearch, stringifySearch } from "./client/search-params.ts";
import { auditLogSearch, pageSearch, securityLogSearch } from "./pages/access/access-search.ts";
import { signInSearch } from "./pages/sign-in/sign-in-search.ts";
import { orderSearch, ordersSearch } from "./pages/orders/orders-search.ts";
import { configurationSearch } from "./pages/configuration/configuration-search.ts";
import { mailsSearch } from "./pages/mails/mails-search.ts";
import { auditSearch } from "./pages/user-audit/audit-search.ts";
import { problemsSearch } from "./pages/problems/problems-search.ts";
import {
  integrationProcessesSearch,
  integrationTasksSearch,
  transformersSearch,
  webhookRequestsSearch,
} from "./pages/integration/integration-search.ts";
import { maintenanceSearch } from "./pages/maintenance/maintenance-search.ts";
import {
  shopLeadsSearch,
  shopNoticesSearch,
  shopOrdersSearch,
  shopPaymentsSearch,
  shopProductsSearch,
  shopRefundsSearch,
  shopSubscriptionsSearch,
} from "./pages/shop/shop-search.ts";
import { runSearch, runsSearch } from "./pages/runs/runs-search.ts";
import { scheduleSearch, schedulesSearch } from "./pages/schedules/schedules-search.ts";
import { settingsSearch } from "./pages/settings/settings-search.ts";
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
  createRoute({
    getParentRoute,
    path: "/problems/$id",
    component: lazyRouteComponent(() => import("./pages/problems/problem-page.tsx"), "ProblemPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/users",
    validateSearch: pageSearch,
    component: lazyRouteComponent(() => import("./pages/access/users-page.tsx"), "UsersPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/tokens",
    validateSearch: pageSearch,
    component: lazyRouteComponent(() => import("./pages/access/tokens-page.tsx"), "TokensPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/audit-log",
    validateSearch: auditLogSearch,
    component: lazyRouteComponent(() => import("./pages/access/audit-log-page.tsx"), "AuditLogPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/security-log",
    validateSearch: securityLogSearch,
    component: lazyRouteComponent(() => import("./pages/access/security-log-page.tsx"), "SecurityLogPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/settings",
    validateSearch: settingsSearch,
    component: lazyRouteComponent(() => import("./pages/settings/settings-page.tsx"), "SettingsPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/profile",
    validateSearch: pageSearch,
    component: lazyRouteComponent(() => import("./pages/access/profile-page.tsx"), "ProfilePage"),
  }),
  createRoute({
    getParentRoute,
    path: "/orders",
    validateSearch: ordersSearch,
    component: lazyRouteComponent(() => import("./pages/orders/orders-page.tsx"), "OrdersPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/orders/$number",
    validateSearch: orderSearch,
    component: lazyRouteComponent(() => import("./pages/orders/order-page.tsx"), "OrderPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/orders/$number/attempts/$no",
    component: lazyRouteComponent(() => import("./pages/orders/attempt-page.tsx"), "AttemptPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/user-audit",
    validateSearch: auditSearch,
    component: lazyRouteComponent(() => import("./pages/user-audit/user-audit-page.tsx"), "UserAuditPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/partners/$kind",
    validateSearch: configurationSearch,
    component: lazyRouteComponent(() => import("./pages/configuration/configuration-page.tsx"), "ConfigurationPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/mails",
    validateSearch: mailsSearch,
    component: lazyRouteComponent(() => import("./pages/mails/mails-page.tsx"), "MailsPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/shop",
    validateSearch: shopOrdersSearch,
    component: lazyRouteComponent(() => import("./pages/shop/orders-page.tsx"), "ShopOrdersPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/shop/orders/$id",
    component: lazyRouteComponent(() => import("./pages/shop/order-page.tsx"), "ShopOrderPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/shop/payments",
    validateSearch: shopPaymentsSearch,
    component: lazyRouteComponent(() => import("./pages/shop/payments-page.tsx"), "ShopPaymentsPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/shop/payments/$id",
    component: lazyRouteComponent(() => import("./pages/shop/payment-page.tsx"), "ShopPaymentPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/shop/refunds",
    validateSearch: shopRefundsSearch,
    component: lazyRouteComponent(() => import("./pages/shop/refunds-page.tsx"), "ShopRefundsPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/shop/products",
    validateSearch: shopProductsSearch,
    component: lazyRouteComponent(() => import("./pages/shop/products-page.tsx"), "ShopProductsPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/shop/products/$sku",
    component: lazyRouteComponent(() => import("./pages/shop/product-page.tsx"), "ShopProductPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/shop/leads",
    validateSearch: shopLeadsSearch,
    component: lazyRouteComponent(() => import("./pages/shop/leads-page.tsx"), "ShopLeadsPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/shop/notices",
    validateSearch: shopNoticesSearch,
    component: lazyRouteComponent(() => import("./pages/shop/notices-page.tsx"), "ShopNoticesPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/shop/subscriptions",
    validateSearch: shopSubscriptionsSearch,
    component: lazyRouteComponent(() => import("./pages/shop/subscriptions-page.tsx"), "ShopSubscriptionsPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/integration",
    component: lazyRouteComponent(() => import("./pages/integration/routes-page.tsx"), "IntegrationRoutesPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/integration/tasks",
    validateSearch: integrationTasksSearch,
    component: lazyRouteComponent(() => import("./pages/integration/tasks-page.tsx"), "IntegrationTasksPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/integration/tasks/$id",
    component: lazyRouteComponent(() => import("./pages/integration/task-page.tsx"), "IntegrationTaskPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/integration/processes",
    validateSearch: integrationProcessesSearch,
    component: lazyRouteComponent(() => import("./pages/integration/processes-page.tsx"), "IntegrationProcessesPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/integration/transformers",
    validateSearch: transformersSearch,
    component: lazyRouteComponent(() => import("./pages/integration/transformers-page.tsx"), "TransformersPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/integration/requests",
    validateSearch: webhookRequestsSearch,
    component: lazyRouteComponent(() => import("./pages/integration/webhook-requests-page.tsx"), "WebhookRequestsPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/maintenance",
    validateSearch: maintenanceSearch,
    component: lazyRouteComponent(() => import("./pages/maintenance/maintenance-page.tsx"), "MaintenancePage"),
  }),
  createRoute({
    getParentRoute,
    path: "/schedules",
    validateSearch: schedulesSearch,
    component: lazyRouteComponent(() => import("./pages/schedules/schedules-page.tsx"), "SchedulesPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/schedules/new",
    component: lazyRouteComponent(() => import("./pages/schedules/schedule-editor-page.tsx"), "NewSchedulePage"),
  }),
  createRoute({
    getParentRoute,
    path: "/schedules/$key",
    validateSearch: scheduleSearch,
    component: lazyRouteComponent(() => import("./pages/schedules/schedule-page.tsx"), "SchedulePage"),
  }),
  createRoute({
    getParentRoute,
    path: "/schedules/$key/edit",
    component: lazyRouteComponent(() => import("./pages/schedules/schedule-editor-page.tsx"), "ScheduleEditorPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/runs",
    validateSearch: runsSearch,
    component: lazyRouteComponent(() => import("./pages/runs/runs-page.tsx"), "RunsPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/runs/$id",
    validateSearch: runSearch,
    component: lazyRouteComponent(() => import("./pages/runs/run-page.tsx"), "RunPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/queues",
    component: lazyRouteComponent(() => import("./pages/queues/queues-page.tsx"), "QueuesPage"),
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
