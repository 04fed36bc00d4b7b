import { z } from "zod";

import { faultSchema, type FaultSwitches } from "../faults/index.ts";
import { HttpError, jsonReply, parseInput, type Route } from "../http/index.ts";
import { toOmnitronOrder } from "../omnitron/index.ts";
import { NoSuchOrder, type OrderState } from "../dataset/index.ts";
import { type MovingParts, toSandboxState } from "./sandbox-state.ts";

const clockChange = z.strictObject({
  virtualNow: z.iso
    .datetime({ offset: true })
    .transform((text) => Date.parse(text))
    .optional(),
  speed: z.number().min(0).max(100_000).optional(),
});

/** The clock's number and identity stay as they are, so that the order keeps its place among the others. */
const orderChange = z.strictObject({
  patch: z
    .record(z.string(), z.unknown())
    .refine((patch) => !["pk", "number", "modified_date"].some((key) => key in patch), {
      error: "pk, number and modified_date cannot be patched; modified_date becomes the virtual now by itself",
    }),
});

export interface Controls extends MovingParts {
  readonly faults: FaultSwitches;
}

/** How tests and demonstrations steer the sandbox. Open, and never struck by faults. */
export function controlRoutes(controls: Controls): Route[] {
  const { clock, orders, faults } = controls;
  const state = () => jsonReply(toSandboxState(controls));
  return [
    { method: "GET", path: "/_sandbox/state", about: "How far the virtual time has come", auth: null, handle: state },
    {
      method: "PUT",
      path: "/_sandbox/clock",
      about: 'Moves the clock: { "virtualNow"?: ISO, "speed"?: virtual days per second, 0 stands still }',
      auth: null,
      handle: ({ body }) => {
        const { virtualNow, speed } = parseInput(clockChange, body, "the body");
        clock.set({
          ...(virtualNow === undefined ? {} : { nowMs: virtualNow }),
          ...(speed === undefined ? {} : { speed }),
        });
        return state();
      },
    },
    {
      method: "GET",
      path: "/_sandbox/faults",
      about: "The fault switches that are on",
      auth: null,
      handle: () => jsonReply(faults.list()),
    },
    {
      method: "PUT",
      path: "/_sandbox/faults",
      about: 'Sets the fault switches: [{ "match": path prefix, "kind": status|reset|slow|truncate|garbage, … }]',
      auth: null,
      handle: ({ body }) => {
        faults.set(parseInput(z.array(faultSchema), body, "the body"));
        return jsonReply(faults.list());
      },
    },
    {
      method: "DELETE",
      path: "/_sandbox/faults",
      about: "Clears the fault switches",
      auth: null,
      handle: () => {
        faults.set([]);
        return jsonReply([]);
      },
    },
    {
      method: "PUT",
      path: "/_sandbox/orders/:number",
      about:
        'Changes a visible order: { "patch": { field of the served order: value } }; its modified_date becomes now',
      auth: null,
      handle: ({ params, body }) => {
        const { patch } = parseInput(orderChange, body, "the body");
        return jsonReply(toOmnitronOrder(changeOrder(orders, params["number"]!, patch, clock.nowMs())));
      },
    },
  ];
}

function changeOrder(orders: OrderState, number: string, patch: Record<string, unknown>, nowMs: number) {
  try {
    return orders.change(number, patch, nowMs);
  } catch (error) {
    if (error instanceof NoSuchOrder) throw new HttpError(404, { code: error.code, message: error.message });
    throw error;
  }
}
