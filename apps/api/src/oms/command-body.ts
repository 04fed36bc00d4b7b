import type { Command } from "@drumline/oms/commands";
import { z } from "zod";

/** One form per command, told apart by `command`. */
export function commandBodySchema(commands: readonly Command[], id: string) {
  const [first, ...rest] = commands.map(({ name, summary, args }) =>
    args
      .extend({
        command: z.literal(name).describe(summary),
        version: z.int().min(1).optional().describe("Refuse unless it still is at this version."),
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
