import { awsRoutes, type AwsWorld } from "./aws/index.ts";
import { type Controls, controlRoutes, toSandboxState } from "./control/index.ts";
import { ecomnowRoutes, type EcomnowWorld } from "./ecomnow/index.ts";
import { htmlReply, jsonReply, type Route, toIndexPage } from "./http/index.ts";
import { stockQueryRoute } from "./inventory/index.ts";
import { orderUpdatesRoute, stockLocationsRoute } from "./omnitron/index.ts";
import type { World } from "./world/index.ts";

export interface OutsideWorld extends Controls {
  readonly world: World;
  readonly aws: AwsWorld;
  readonly ecomnow: EcomnowWorld;
  readonly isShort: (sku: string, nowMs: number) => boolean;
}

/** Everything the sandbox answers to, one outside system after the other. */
export function listRoutes({ world, aws, ecomnow, isShort, clock, orders, faults }: OutsideWorld): readonly Route[] {
  const state = () => toSandboxState(clock, orders);
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

    stockQueryRoute({ stock: world.stock, isShort, clock }),

    ...awsRoutes(aws),

    ...ecomnowRoutes(ecomnow),

    ...controlRoutes({ clock, orders, faults }),
  ];
  return routes;
}
