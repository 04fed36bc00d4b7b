import { seededRandom } from "../seeded-random.ts";
import type { Fault } from "./fault.ts";

/** A fault that strikes this one request, with the dice it may throw for details. */
export interface FaultStrike {
  readonly fault: Fault;
  readonly random: () => number;
}

export interface FaultSwitches {
  /** Puts these in the place of all others, and the dice back to the seed. */
  set(faults: readonly Fault[]): void;
  /** Those that are on, with how many times each may still strike (null: until it is cleared). */
  list(): readonly { readonly fault: Fault; readonly timesLeft: number | null }[];
  /** What strikes a request for the path; uses up `times`. */
  strike(path: string): readonly FaultStrike[];
}

export function createFaultSwitches(seed: number): FaultSwitches {
  let switches: { fault: Fault; timesLeft: number | null; random: () => number }[] = [];
  return {
    set: (faults) => {
      switches = faults.map((fault, index) => ({
        fault,
        timesLeft: fault.times ?? null,
        random: seededRandom(seed, "fault", index),
      }));
    },
    list: () => switches.map(({ fault, timesLeft }) => ({ fault, timesLeft })),
    strike: (path) => {
      if (path.startsWith("/_sandbox")) return [];
      const striking = switches.filter(
        ({ fault, timesLeft, random }) => timesLeft !== 0 && path.startsWith(fault.match) && random() < fault.rate,
      );
      for (const entry of striking) if (entry.timesLeft !== null) entry.timesLeft -= 1;
      return striking;
    },
  };
}
