import { type Clock, manualClock } from "@drumline/core/clock";
import type { Database } from "@drumline/db";
import {
  type Command,
  CommandRefused,
  packageCommands,
  runPackageCommand,
  runTransferCommand,
  transferCommands,
} from "@drumline/oms/commands";

import type { Outside } from "./outside.ts";
import { loadPackagesToPack, loadTransfersToSend, type StoreWork } from "./waiting-work.sql.ts";

export interface StoreDeeds {
  readonly packed: number;
  readonly sent: number;
  readonly missing: number;
  /** The package had moved on meanwhile. */
  readonly refused: number;
  /** Waits for something that will not come by itself: nobody will ever pack it. */
  readonly left: number;
  /** Will be packed later. */
  readonly later: number;
}

/** Hands in the stores. */
const HANDS = 6;
const ACTOR = "store";

/** The stores do what is to be done at the instant, through the commands their software would call. */
export async function playStores(db: Database, outside: Outside, now: Date): Promise<StoreDeeds> {
  const clock = manualClock(now);
  const [packages, transfers] = await Promise.all([loadPackagesToPack(db), loadTransfersToSend(db)]);
  const ofPackages = await play(outside, packages, (work, missing) =>
    runPackageCommand(db, { id: work.id, ...packageDeed(work, missing), actor: ACTOR }, clock),
  );
  const ofTransfers = await play(outside, transfers, (work, missing) => sendTransfer(db, work, missing, clock));
  return {
    packed: ofPackages.done,
    sent: ofTransfers.done,
    missing: ofPackages.missing + ofTransfers.missing,
    refused: ofPackages.refused + ofTransfers.refused,
    left: ofPackages.left + ofTransfers.left,
    later: ofPackages.later + ofTransfers.later,
  };
}

type Act = (work: StoreWork, missing: readonly number[]) => Promise<unknown>;

async function play(outside: Outside, waiting: readonly StoreWork[], act: Act) {
  const counts = { done: 0, missing: 0, refused: 0, left: 0, later: 0 };
  if (waiting.length === 0) return counts;
  const looked = await outside.look(
    waiting.map(({ id, orderNumber, erpCode, skus }) => ({ id, orderNumber, erpCode, skus })),
  );
  const deeds = new Map(looked.map((deed) => [deed.id, deed]));
  const queue = waiting.values();
  const hand = async () => {
    for (const work of queue) {
      const deed = deeds.get(work.id)!;
      if (deed.act === "NEVER") counts.left += 1;
      else if (deed.act === "WAIT") counts.later += 1;
      else {
        const missing = work.items
          .filter(({ sku }) => deed.missing.includes(sku))
          .map(({ orderItemId }) => orderItemId);
        try {
          await act(work, missing);
          if (missing.length > 0) counts.missing += 1;
          else counts.done += 1;
        } catch (error) {
          if (!(error instanceof CommandRefused)) throw error;
          counts.refused += 1;
        }
      }
    }
  };
  await Promise.all(Array.from({ length: HANDS }, hand));
  return counts;
}

/** One in five is picked first and packed when somebody looks again. */
function packageDeed({ id, state }: StoreWork, missing: readonly number[]) {
  if (missing.length > 0) return call(packageCommands, "DETECTED_OUT_OF_STOCK_ITEM", { items: missing });
  if (state === "WAITING" && Number(id) % 5 === 0) return call(packageCommands, "PREPARE_PACKAGE_COMMAND", {});
  return call(packageCommands, "COMPLETE_PACKAGING", {});
}

async function sendTransfer(db: Database, { id }: StoreWork, missing: readonly number[], clock: Clock): Promise<void> {
  const deed =
    missing.length > 0
      ? call(transferCommands, "TRANSFER_OUT_OF_STOCK", { items: missing })
      : call(transferCommands, "TRANSFER_READY_TO_SHIPMENT", {});
  await runTransferCommand(db, { id, ...deed, actor: ACTOR }, clock);
}

function call(commands: readonly Command[], name: string, args: object) {
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) throw new TypeError(`there is no command ${name}`);
  return { command, args: command.args.parse(args) };
}
