import { type Command, CommandImpossible, CommandRefused, NoSuchEntity } from "@drumline/oms/commands";
import { z } from "zod";

import { HttpProblem, problemSchema } from "../http/problem.ts";

export const idOrNumber = z.object({ id: z.string().min(1).max(200).describe("Id, or number.") });

/** What the routes of all commands say of themselves. */
export const commandRoute = {
  tags: ["oms"],
  description:
    "Commands and their arguments have the names of Akinon's OMS, whose stores send them. All or nothing: a command that may not run from the state it finds answers 409 and changes nothing.",
  params: idOrNumber,
} as const;

export const commandProblems = { 404: problemSchema, 409: problemSchema, 422: problemSchema };

/** One form per command, told apart by `command`. */
export function commandBodySchema(commands: readonly Command[], id: string) {
  const [first, ...rest] = commands.map(({ name, summary, args }) =>
    args
      .extend({
        command: z.literal(name).describe(summary),
        version: z
          .int()
          .min(1)
          .optional()
          .describe("The version that was looked at: 409 with currentVersion unless it still is."),
      })
      .describe(summary),
  );
  return z.discriminatedUnion("command", [first!, ...rest]).meta({ id });
}

/** The parts of a body that are the same for every command, and the rest: the command's own arguments. */
export function readCommandBody(body: unknown, commands: readonly Command[]) {
  const { command: name, version, ...args } = body as Record<string, unknown>;
  const command = commands.find((known) => known.name === name)!;
  return { command, version: version as number | undefined, args };
}

/** The answer to what a command throws: 404, 409 with the state found and those allowed, or 422; null for every other error. */
export function toCommandProblem(error: unknown): HttpProblem | null {
  if (error instanceof NoSuchEntity) return new HttpProblem(404, error.message, { cause: error, code: error.code });
  if (error instanceof CommandRefused) {
    const { reason, foundVersion } = error.refusal;
    const current = reason === "WRONG_VERSION" && foundVersion !== null ? { currentVersion: foundVersion } : {};
    return new HttpProblem(409, error.message, { cause: error, code: error.code, ...current });
  }
  if (error instanceof CommandImpossible)
    return new HttpProblem(422, error.message, { cause: error, code: error.code });
  return null;
}
