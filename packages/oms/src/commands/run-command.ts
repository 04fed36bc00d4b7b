import type { Clock } from "@drumline/core/clock";
import type { Database } from "@drumline/db";

import { loadPackage, type PackageView } from "../queries/packages.sql.ts";
import { loadTransfer, type TransferView } from "../queries/transfers.sql.ts";
import { type Command, CommandRefused, NoSuchEntity } from "./command.ts";

/** A command as a caller gives it. */
export interface CommandCall {
  /** Id, or number. */
  readonly id: string;
  readonly command: Command;
  /** As the command's schema has parsed them. */
  readonly args: unknown;
  readonly version?: number | undefined;
  readonly actor: string;
}

/** Runs a command on a package. Throws `NoSuchEntity`, `CommandRefused` or `CommandImpossible`, and then nothing is changed. */
export async function runPackageCommand(db: Database, call: CommandCall, clock: Clock): Promise<PackageView> {
  const found = await loadPackage(db, call.id);
  if (found === null) throw new NoSuchEntity("package", call.id);
  await run(db, call, BigInt(found.id), `package ${found.number}`, clock);
  return (await loadPackage(db, call.id))!;
}

/** As `runPackageCommand`, for a transfer. */
export async function runTransferCommand(db: Database, call: CommandCall, clock: Clock): Promise<TransferView> {
  const found = await loadTransfer(db, call.id);
  if (found === null) throw new NoSuchEntity("transfer", call.id);
  await run(db, call, BigInt(found.id), `transfer ${found.number}`, clock);
  return (await loadTransfer(db, call.id))!;
}

async function run(db: Database, call: CommandCall, id: bigint, what: string, clock: Clock): Promise<void> {
  const { command, args, version, actor } = call;
  await db.$transaction(async (tx) => {
    const request = { id, args, actor, at: clock.now(), ...(version === undefined ? {} : { version }) };
    const { refused } = await command.run(tx, request);
    const [refusal] = refused;
    if (refusal !== undefined) {
      const subject = refusal.change.id === id ? what : `${refusal.change.entity} ${refusal.change.id}`;
      throw new CommandRefused(command.name, subject, refusal);
    }
  });
}
