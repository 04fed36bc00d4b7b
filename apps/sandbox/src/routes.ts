import { awsRoutes, type AwsWorld } from "./aws/index.ts";
import { type CarrierDesk, carrierRoutes } from "./carriers/index.ts";
import { type Controls, controlRoutes, outcomesRoute, toSandboxState } from "./control/index.ts";
import { ecomnowRoutes, type EcomnowWorld } from "./ecomnow/index.ts";
import { type HookBook, hookRoutes } from "./hooks/index.ts";
import { htmlReply, jsonReply, type Route, toIndexPage } from "./http/index.ts";
import { stockQueryRoute } from "./inventory/index.ts";
import { cancellationRoutes, openStatusBook, orderUpdatesRoute, stockLocationsRoute } from "./omnitron/index.ts";
import { storeRoutes } from "./stores/index.ts";
import type { Shelves, World } from "./world/index.ts";

export interface OutsideWorld extends Controls {
  readonly world: World;
  readonly shelves: Shelves;
  readonly carriers: CarrierDesk;
  readonly hooks: HookBook;
  readonly aws: AwsWorld;
  readonly ecomnow: EcomnowWorld;
}

/** Everything the sandbox answers to, one outside system after the other. */
export function listRoutes(outside: OutsideWorld): readonly Route[] {
  const { world, shelves, clock, orders, carriers, cancellations, hooks, aws, ecomnow } = outside;
  const statuses = openStatusBook(world.orders);
  const state = () => toSandboxState(outside);
  const routes: Route[] = [
    {
      method: "GET",
      path: "/",
      about: "This page",
      auth: null,
      handle: () => htmlReply(toIndexPage(routes, { world: world.name, ...state() })),
    },
    { method: "GET", path: "/health", about: "Is it up", auth: null, handle: () => jsonReply({ status: "ok" }) },

    orderUpdatesRoute(orders, clock),
    stockLocationsRoute(world.locations),
    ...cancellationRoutes(cancellations, clock),
    statuses.route,

    stockQueryRoute({ stock: world.stock, shelves, clock }),
    ...carrierRoutes(carriers, clock),
    ...hookRoutes(hooks),
    ...storeRoutes({ orders: world.orders, shelves, clock }),

    ...awsRoutes(aws),

    ...ecomnowRoutes(ecomnow),

    ...controlRoutes(outside),
    outcomesRoute({ orders: world.orders, statuses: statuses.book, cancellations }),
  ];
  return routes;
}
