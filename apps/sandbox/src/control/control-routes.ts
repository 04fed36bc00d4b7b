import { z } from "zod";

import { faultSchema, type FaultSwitches } from "../faults/index.ts";
import { jsonReply, parseInput, type Route } from "../http/index.ts";
import { type MovingParts, toSandboxState } from "./sandbox-state.ts";

const clockChange = z.strictObject({
  virtualNow: z.iso
    .datetime({ offset: true })
    .transform((text) => Date.parse(text))
    .optional(),
  speed: z.number().min(0).max(100_000).optional(),
});

export interface Controls extends MovingParts {
  readonly faults: FaultSwitches;
}

/** How tests and demonstrations steer the sandbox. Open, and never struck by faults. */
export function controlRoutes(controls: Controls): Route[] {
  const { clock, faults } = controls;
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
  ];
}
