import type { Clock } from "@drumline/core/clock";
import type { Database } from "@drumline/db";

import { packageCommands, runPackageCommand, runTransferCommand, transferCommands } from "../src/commands.ts";

/** What the software of a store asks of the OMS: commands by their names, on packages and transfers by id or number. */
export interface StoreCommands {
  onPackage(id: bigint | string, name: string, args?: object, version?: number): ReturnType<typeof runPackageCommand>;
  onTransfer(id: bigint | string, name: string, args?: object): ReturnType<typeof runTransferCommand>;
}

export function storeCommands(db: Database, clock: Clock): StoreCommands {
  return {
    onPackage(id, name, args = {}, version) {
      const command = packageCommands.find((known) => known.name === name)!;
      const call = { id: String(id), command, args: command.args.parse(args), actor: "store", version };
      return runPackageCommand(db, call, clock);
    },
    onTransfer(id, name, args = {}) {
      const command = transferCommands.find((known) => known.name === name)!;
      const call = { id: String(id), command, args: command.args.parse(args), actor: "store" };
      return runTransferCommand(db, call, clock);
    },
  };
}
