import type { enums } from "@drumline/db";

/**
 * Omnitron's published status codes (oms-domain 1.4), and 425, the OMS's own for what is inactive, which Omnitron has from us
 * and may send back; not the package codes, which reuse some of the numbers.
 */
const STATES: ReadonlyMap<string, enums.OrderState> = new Map([
  ["50", "CANCELLATION_WAITING"],
  ["100", "CANCELLED"],
  ["200", "WAITING"],
  ["300", "PAYMENT_WAITING"],
  ["350", "CONFIRMATION_WAITING"],
  ["400", "APPROVED"],
  ["425", "INACTIVE"],
  ["450", "PREPARING"],
  ["500", "SHIPPED"],
  ["520", "READY_FOR_PICKUP"],
  ["540", "ATTEMPTED_DELIVERY"],
  ["550", "DELIVERED"],
  ["600", "REFUNDED"],
]);

/** Throws on a code nobody has told us the meaning of. */
export function parseOrderState(code: string): enums.OrderState {
  const state = STATES.get(code);
  if (state === undefined) throw new Error(`unknown status ${code}; known are ${[...STATES.keys()].join(", ")}`);
  return state;
}

const CODES: ReadonlyMap<enums.OrderState, string> = new Map(
  [...STATES].map(([code, state]) => [state, code] as const),
);

/** Omnitron's code of a state. */
export const toStatusCode = (state: enums.OrderState): string => CODES.get(state)!;
