import type { EventFigures } from "@drumline/events/deliveries";
import type { CancellationSeen } from "@drumline/replay";

import { judgeOrder } from "./judge-order.ts";
import { judgePlan } from "./judge-plan.ts";
import type { OrderSeen, PlanSeen, RunSeen } from "./observed.sql.ts";
import type { Violation } from "./violation.ts";
import type { WireOrder } from "./wire.ts";

/** All that was observed once everything was quiet. */
export interface Observed {
  /** As Omnitron has them now, and what it was told of each last. */
  readonly outside: readonly { readonly order: WireOrder; readonly toldStatus: string | null }[];
  readonly orders: readonly OrderSeen[];
  readonly wishes: readonly CancellationSeen[];
  readonly plans: readonly PlanSeen[];
  /** Open problems: `<source or type of subject> <key>`. */
  readonly refused: ReadonlySet<string>;
  readonly broken: readonly { readonly invariant: string; readonly order: string | null; readonly row: string }[];
  readonly runs: readonly RunSeen[];
  readonly events: EventFigures & { readonly accepted: number; readonly invalid: number };
  /** What the stores and webhooks were answered that nobody may be answered. */
  readonly errors: readonly string[];
  /** Null when all became quiet in the time there was; else why not. */
  readonly unquiet: string | null;
}

const OPEN = new Set(["SCHEDULED", "PROCESSING"]);

/** What is wrong with how life ended; empty when nothing is. Pure. */
export function judge(observed: Observed): Violation[] {
  const here = new Map(observed.orders.map((order) => [order.number, order]));
  const planHere = new Map(observed.plans.map((plan) => [plan.pk, plan]));
  const { recorded, delivered, givenUp, accepted, invalid } = observed.events;
  const events = { recorded, delivered, accepted };
  return [
    ...observed.broken.map(({ invariant, order, row }) => ({ kind: `invariant: ${invariant}`, order, what: row })),
    ...observed.outside.flatMap(({ order, toldStatus }) => {
      const known = here.get(order.number);
      if (known !== undefined) return judgeOrder(order, toldStatus, known);
      const isReported = observed.refused.has(`omnitron.orders ${order.pk}`);
      return isReported ? [] : [violation("never imported", order.number, "and nobody was told")];
    }),
    ...observed.wishes.flatMap((wish) =>
      judgePlan(wish, planHere.get(wish.pk) ?? null, {
        isReported:
          observed.refused.has(`omnitron.cancellation_plans ${wish.pk}`) ||
          observed.refused.has(`cancellation plan ${wish.pk}`) ||
          (here.get(wish.order.number)?.problems.length ?? 0) > 0,
        isUntold: (here.get(wish.order.number)?.unsent ?? 0) > 0,
      }),
    ),
    ...observed.runs.map(({ task, status, error }) =>
      violation(OPEN.has(status) ? "stuck run" : "failed run", null, `${task} is ${status}: ${error ?? "no error"}`),
    ),
    ...(delivered === recorded && accepted === recorded && givenUp === 0 && invalid === 0
      ? []
      : [violation("events", null, `not each delivered once: ${JSON.stringify({ ...events, givenUp, invalid })}`)]),
    ...observed.errors.map((error) => violation("unexpected error", null, error)),
    ...(observed.unquiet === null ? [] : [violation("not quiet", null, observed.unquiet)]),
  ];
}

const violation = (kind: string, order: string | null, what: string): Violation => ({ kind, order, what });
