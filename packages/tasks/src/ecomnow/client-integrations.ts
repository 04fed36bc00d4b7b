import { HOUR_MS } from "@drumline/core/clock";
import { defineTask } from "@drumline/core/task";
import { z } from "zod";

export const ecomnowClientsApiIntegrations = defineTask({
  name: "eComNowClientsApiIntegrations",
  queue: "ecomnow",
  summary: "Exchanges data with the clients that the integration tables describe.",
  args: z.strictObject({
    clients: z
      .array(z.string().min(1).max(64))
      .min(1)
      .max(1_000)
      .optional()
      .describe("client codes; all that are due when left out"),
  }),
  timeoutMs: 2 * HOUR_MS,
  built: true,
});

export const boxout = defineTask({
  name: "Boxout",
  queue: "ecomnow",
  summary: "Exchanges orders, products and inventory with the client Boxout.",
  args: z.strictObject({}),
  timeoutMs: 2 * HOUR_MS,
  built: true,
});
