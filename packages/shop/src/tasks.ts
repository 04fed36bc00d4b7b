import type { HandlersFor } from "@drumline/core/task";
import type { Database } from "@drumline/db";
import type { shopTasks } from "@drumline/tasks";

import type { ShopGateways } from "./gateways/create-gateways.ts";
import type { ShopSettings } from "./settings.ts";

/** The shop's work, by wire name. */
// oxlint-disable-next-line typescript/no-generated-empty-object-type -- nothing of it is built yet
export const shopHandlers = {} satisfies HandlersFor<typeof shopTasks, ShopGateways<ShopSettings>, Database>;
