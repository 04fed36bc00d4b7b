import { DrumlineError } from "@drumline/core/errors";
import type { Transaction } from "@drumline/db";
import { z } from "zod";

import {
  applyTransitions,
  lockOrdersOf,
  type RefusedTransition,
  type StateChange,
  type TransitionOutcome,
} from "../states/index.ts";

/** Something a store or a person asks of one package or transfer. */
export interface Command<Args = unknown> {
  /** As Akinon prints it. */
  readonly name: string;
  readonly summary: string;
  readonly args: z.ZodObject;
  /** In the transaction that `runCommand` opens; refusals roll it back. */
  run(tx: Transaction, request: CommandRequest<Args>): Promise<TransitionOutcome>;
}

/** One call of a command: on which package or transfer, with what, by whom and when. */
export interface CommandRequest<Args = unknown> {
  readonly id: bigint;
  readonly args: Args;
  /** The version the caller saw; another one is refused. */
  readonly version?: number;
  readonly actor: string;
  readonly at: Date;
}

/** Ties a command's arguments to its schema, and forgets them again so that commands fit in one list. */
export function defineCommand<Args extends z.ZodObject>(command: {
  readonly name: string;
  readonly summary: string;
  readonly args: Args;
  run(tx: Transaction, request: CommandRequest<z.output<Args>>): Promise<TransitionOutcome>;
}): Command {
  return command;
}

/** What every command hands on to its transition. */
export const requestOf = ({ id, version, actor }: CommandRequest) => ({
  id,
  actor,
  ...(version === undefined ? {} : { version }),
});

interface OneTransition<Of extends StateChange["entity"], Args> {
  readonly name: Extract<StateChange, { entity: Of }>["command"];
  readonly summary: string;
  /** None unless given. */
  readonly args?: Args;
  /** What the arguments say of the transition. */
  readonly change?: (args: z.output<Args>) => Pick<Extract<StateChange, { entity: Of }>, "to" | "from" | "attributes">;
  /** What the transition depends on, under its order's lock; a refusal takes it back. */
  readonly prepare?: (tx: Transaction, request: CommandRequest<z.output<Args>>) => Promise<void>;
  /** What goes with the transition, in its transaction; left out where it was refused. */
  readonly followUp?: (tx: Transaction, request: CommandRequest<z.output<Args>>) => Promise<void>;
}

const NO_ARGS = z.strictObject({});

/** A command that takes a package, or a transfer, over one transition of the table, which has its name. */
export const packageCommand = <Args extends z.ZodObject = typeof NO_ARGS>(row: OneTransition<"package", Args>) =>
  toCommand("package", row);
export const transferCommand = <Args extends z.ZodObject = typeof NO_ARGS>(
  row: OneTransition<"transfer_order", Args>,
) => toCommand("transfer_order", row);

function toCommand<Of extends "package" | "transfer_order", Args extends z.ZodObject>(
  entity: Of,
  { name, summary, args = NO_ARGS as unknown as Args, change, prepare, followUp }: OneTransition<Of, Args>,
): Command {
  return defineCommand({
    name,
    summary,
    args,
    async run(tx, request) {
      const transition = { entity, command: name, ...change?.(request.args), ...requestOf(request) } as StateChange;
      if (prepare !== undefined) {
        await lockOrdersOf(tx, new Map([[entity, [request.id]]]));
        await prepare(tx, request);
      }
      const outcome = await applyTransitions(tx, [transition], request.at);
      if (outcome.applied.length > 0) await followUp?.(tx, request);
      return outcome;
    },
  });
}

/** Nothing has the id or number that was asked for. */
export class NoSuchEntity extends DrumlineError {
  constructor(what: string, id: string) {
    super(`there is no ${what} with the id or number ${id}.`, { code: "NO_SUCH_ENTITY" });
  }
}

/** The command may not run from the state it found, or on the version it was meant for. */
export class CommandRefused extends DrumlineError {
  readonly refusal: RefusedTransition;

  constructor(command: string, what: string, refusal: RefusedTransition) {
    const { reason, change, found, foundVersion, allowed } = refusal;
    const why =
      reason === "WRONG_VERSION"
        ? `${what} is at version ${foundVersion}, not ${change.version}: somebody changed it; look again, then decide.`
        : `${what} is ${found}; ${command} runs from ${allowed.join(", ") || "no state"}.`;
    super(`${command} is refused: ${why}`, { code: "COMMAND_REFUSED" });
    this.refusal = refusal;
  }
}

/** The arguments are well-formed but mean something that is not there, such as an item of another package. */
export class CommandImpossible extends DrumlineError {
  constructor(message: string) {
    super(message, { code: "COMMAND_IMPOSSIBLE" });
  }
}
