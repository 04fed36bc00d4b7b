import { awsRoutes, type AwsState } from "./aws/index.ts";
import { type CarrierService, carrierRoutes, createLabelService, labelRoutes } from "./carriers/index.ts";
import { changeRoutes, type Controls, controlRoutes, outcomesRoute, toSandboxState } from "./control/index.ts";
import { ecomnowRoutes, type EcomnowState } from "./ecomnow/index.ts";
import { type ReceivedWebhooks, hookRoutes } from "./hooks/index.ts";
import { htmlReply, jsonReply, type Route, toIndexPage } from "./http/index.ts";
import { integrationRoutes, type JoinedSystems } from "./integration/index.ts";
import { stockQueryRoute } from "./inventory/index.ts";
import { cancellationRoutes, createStatusState, orderUpdatesRoute, stockLocationsRoute } from "./omnitron/index.ts";
import { type PaymentsState, paymentRoutes } from "./payments/index.ts";
import { storeRoutes } from "./stores/index.ts";
import type { Dataset, StockOverrides } from "./dataset/index.ts";

export interface OutsideSystems extends Controls {
  readonly dataset: Dataset;
  readonly stockLevels: StockOverrides;
  readonly carriers: CarrierService;
  readonly hooks: ReceivedWebhooks;
  readonly aws: AwsState;
  readonly ecomnow: EcomnowState;
  readonly joined: JoinedSystems;
  readonly payments: PaymentsState;
}

/** Everything the sandbox answers to, one outside system after the other. */
export function listRoutes(outside: OutsideSystems): readonly Route[] {
  const { dataset, stockLevels, clock, orders, carriers, cancellations, hooks, aws, ecomnow, joined, payments } =
    outside;
  const statuses = createStatusState(dataset.orders);
  const labels = createLabelService();
  const state = () => toSandboxState(outside);
  const routes: Route[] = [
    {
      method: "GET",
      path: "/",
      about: "This page",
      auth: null,
      handle: () => htmlReply(toIndexPage(routes, { dataset: dataset.name, ...state() })),
    },
    { method: "GET", path: "/health", about: "Is it up", auth: null, handle: () => jsonReply({ status: "ok" }) },

    orderUpdatesRoute(orders, clock),
    stockLocationsRoute(dataset.locations),
    ...cancellationRoutes(cancellations, clock),
    statuses.route,

    stockQueryRoute({ stock: dataset.stock, stockLevels, clock }),
    ...carrierRoutes(carriers, labels, clock),
    ...labelRoutes(labels, clock),
    ...hookRoutes(hooks),
    ...storeRoutes({ orders: dataset.orders, stockLevels, clock }),

    ...awsRoutes(aws),

    ...ecomnowRoutes(ecomnow),

    ...integrationRoutes(joined),

    ...paymentRoutes(payments),

    ...controlRoutes(outside),
    ...changeRoutes(outside),
    outcomesRoute({ orders: dataset.orders, statuses: statuses.state, cancellations }),
  ];
  return routes;
}
