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
import { loadPackagesToPack, loadTransfersToSend, type StoreWork } from "@drumline/oms/simulation";

import type { SandboxClient } from "./sandbox-client.ts";

export interface StoreCounts {
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
const PEOPLE_AT_ONCE = 6;
const ACTOR = "store";

/** The stores do what is to be done at the instant, through the commands their software would call. */
export async function simulateRetailStores(db: Database, sandbox: SandboxClient, now: Date): Promise<StoreCounts> {
  const clock = manualClock(now);
  const [packages, transfers] = await Promise.all([loadPackagesToPack(db), loadTransfersToSend(db)]);
  const ofPackages = await play(sandbox, packages, (work, missing) =>
    runPackageCommand(db, { id: work.id, ...toPackageCommand(work, missing), actor: ACTOR }, clock),
  );
  const ofTransfers = await play(sandbox, transfers, (work, missing) => sendTransfer(db, work, missing, clock));
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

async function play(sandbox: SandboxClient, waiting: readonly StoreWork[], act: Act) {
  const counts = { done: 0, missing: 0, refused: 0, left: 0, later: 0 };
  if (waiting.length === 0) return counts;
  const decided = await sandbox.decide(
    waiting.map(({ id, orderNumber, erpCode, skus }) => ({ id, orderNumber, erpCode, skus })),
  );
  const actions = new Map(decided.map((action) => [action.id, action]));
  const queue = waiting.values();
  const workThrough = async () => {
    for (const work of queue) {
      const action = actions.get(work.id)!;
      if (action.act === "NEVER") counts.left += 1;
      else if (action.act === "WAIT") counts.later += 1;
      else {
        const missing = work.items
          .filter(({ sku }) => action.missing.includes(sku))
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
  await Promise.all(Array.from({ length: PEOPLE_AT_ONCE }, workThrough));
  return counts;
}

/** One in five is picked first and packed when somebody looks again. */
function toPackageCommand({ id, state }: StoreWork, missing: readonly number[]) {
  if (missing.length > 0) return call(packageCommands, "DETECTED_OUT_OF_STOCK_ITEM", { items: missing });
  if (state === "WAITING" && Number(id) % 5 === 0) return call(packageCommands, "PREPARE_PACKAGE_COMMAND", {});
  return call(packageCommands, "COMPLETE_PACKAGING", {});
}

async function sendTransfer(db: Database, { id }: StoreWork, missing: readonly number[], clock: Clock): Promise<void> {
  const action =
    missing.length > 0
      ? call(transferCommands, "TRANSFER_OUT_OF_STOCK", { items: missing })
      : call(transferCommands, "TRANSFER_READY_TO_SHIPMENT", {});
  await runTransferCommand(db, { id, ...action, actor: ACTOR }, clock);
}

function call(commands: readonly Command[], name: string, args: object) {
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) throw new TypeError(`there is no command ${name}`);
  return { command, args: command.args.parse(args) };
}
