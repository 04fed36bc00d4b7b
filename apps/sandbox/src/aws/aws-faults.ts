import { once } from "node:events";

import { z } from "zod";

import { AwsError } from "./aws-error.ts";

/** One way AWS misbehaves, by operation and in its own words. */
export const awsFaultSchema = z.strictObject({
  operation: z.string().min(1),
  /** `TooManyRequestsException`, `InternalErrorException`, …; without one the call hangs until the caller gives up. */
  code: z.string().min(1).optional(),
  status: z.int().min(400).max(599).default(400),
  /** `after`: the effect is done, and only the answer is bad. */
  when: z.enum(["before", "after"]).default("before"),
  /** Calls that go well first. */
  skip: z.int().min(0).default(0),
  times: z.int().min(1).optional(),
});

export type AwsFault = z.output<typeof awsFaultSchema>;

export interface AwsFaults {
  set(faults: readonly AwsFault[]): void;
  /** Does the effect, unless a fault strikes the operation before it; a fault after it spoils the answer only. */
  around<Answer>(operation: string, gone: AbortSignal, effect: () => Answer): Promise<Answer>;
}

export function createAwsFaults(): AwsFaults {
  let switches: { fault: AwsFault; skip: number; left: number }[] = [];

  function strike(operation: string): AwsFault | null {
    const found = switches.find(({ fault, left }) => fault.operation === operation && left > 0);
    if (found === undefined) return null;
    if (found.skip > 0) {
      found.skip -= 1;
      return null;
    }
    found.left -= 1;
    return found.fault;
  }

  return {
    set: (faults) => {
      switches = faults.map((fault) => ({ fault, skip: fault.skip, left: fault.times ?? Infinity }));
    },
    async around(operation, gone, effect) {
      const fault = strike(operation);
      if (fault === null) return effect();
      if (fault.when === "after") effect();
      if (fault.code !== undefined)
        throw new AwsError(fault.code, `a fault switch answers ${fault.code}`, fault.status);
      if (!gone.aborted) await once(gone, "abort");
      throw new AwsError("Gone", "the caller has gone", 500);
    },
  };
}
