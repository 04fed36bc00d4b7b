import { type Clock, manualClock } from "@drumline/core/clock";
import type { Database } from "@drumline/db";
import {
  type Command,
  type CommandCall,
  CommandImpossible,
  CommandRefused,
  NoSuchEntity,
  packageCommands,
  runPackageCommand,
  runTransferCommand,
  transferCommands,
} from "@drumline/oms/commands";
import { loadPackagesIn, loadTransfersIn } from "@drumline/oms/simulation";

import { diceOf } from "../dice.ts";
import { decidePackage, decideTransfer, type StoreAction } from "./store-actions.ts";

export interface StoresPlayed {
  /** How often which command was carried out. */
  readonly counts: Record<string, number>;
  /** What no command may answer. */
  readonly errors: string[];
}

export interface StoreMoment {
  readonly seed: number;
  readonly step: number;
  readonly at: Date;
  /** Nothing goes wrong any more, and everybody works. */
  readonly isCalm: boolean;
  readonly places: readonly string[];
}

const PACKAGES = [
  "WAITING",
  "WAITING_REMOTE_ACTION",
  "WAITING_FOR_TRANSFER",
  "PREPARING",
  "BLOCKED",
  "READY_FOR_PACKAGING",
  "PACKED",
  "SHIPPED",
  "READY_FOR_PICKUP",
  "ATTEMPTED_DELIVERY",
  "DELIVERY_FAILED",
  "OUT_OF_STOCK",
] as const;
const TRANSFERS = ["WAITING", "READY_TO_SHIPMENT", "IN_TRANSIT", "OUT_OF_STOCK"] as const;
/** The share of what waits that somebody takes in hand within a step. */
const BUSY_SHARE = 0.08;
const CALM_SHARE = 0.5;

/** The stores do this and that; how many commands were carried out. */
export async function playStores(db: Database, moment: StoreMoment, played: StoresPlayed): Promise<number> {
  const [packages, transfers] = await Promise.all([loadPackagesIn(db, PACKAGES), loadTransfersIn(db, TRANSFERS)]);
  const clock = manualClock(moment.at);
  let done = 0;
  const act = async (
    what: string,
    id: string,
    action: StoreAction | null,
    run: (db: Database, call: CommandCall, clock: Clock) => Promise<unknown>,
    all: readonly Command[],
  ) => {
    if (action === null) return;
    const command = all.find(({ name }) => name === action.command);
    if (command === undefined) throw new TypeError(`there is no command ${action.command}`);
    try {
      await run(db, { id, command, args: command.args.parse(action.args), actor: "store" }, clock);
      played.counts[action.command] = (played.counts[action.command] ?? 0) + 1;
      done += 1;
    } catch (error) {
      if (error instanceof CommandRefused || error instanceof CommandImpossible || error instanceof NoSuchEntity)
        played.counts["refused"] = (played.counts["refused"] ?? 0) + 1;
      else played.errors.push(`${action.command} of ${what} ${id}: ${String(error)}`);
    }
  };
  for (const work of transfers) {
    const dice = diceOf(moment.seed, "transfer", work.id, moment.step);
    if (dice.roll() > (moment.isCalm ? CALM_SHARE : BUSY_SHARE)) continue;
    await act("transfer", work.id, decideTransfer(work, dice, moment), runTransferCommand, transferCommands);
  }
  for (const work of packages) {
    const dice = diceOf(moment.seed, "package", work.id, moment.step);
    if (dice.roll() > (moment.isCalm ? CALM_SHARE : BUSY_SHARE)) continue;
    await act("package", work.id, decidePackage(work, dice, moment), runPackageCommand, packageCommands);
  }
  return done;
}
