import type { Completed } from "../../apps/cli/src/completed-words.ts";
import type { buildWholeProgram } from "../../apps/cli/src/program.ts";

type Command = Awaited<ReturnType<typeof buildWholeProgram>>;

/** What `drumline completion` tells shells, as source: a line for each command. */
export function toCompletedWords(program: Command, scheduleKeys: readonly string[]): string {
  return [
    "// Written by `npm run generate`.",
    "/** What can follow the words of a command, such as `maintenance create`. */",
    "export interface Completed {",
    "  readonly path: string;",
    "  readonly about: string;",
    "  readonly words: readonly { readonly word: string; readonly about: string }[];",
    "}",
    "",
    "export const COMPLETED: readonly Completed[] = [",
    ...listCompleted(program, scheduleKeys).map((completed) => `  ${JSON.stringify(completed)},`),
    "];",
    "",
  ].join("\n");
}

/** Every command with its options, subcommands, and the keys of schedules where it takes one. */
function listCompleted(command: Command, scheduleKeys: readonly string[], path: readonly string[] = []): Completed[] {
  const [first] = command.registeredArguments;
  const words = [
    ...command.commands.map((sub) => ({ word: sub.name(), about: sub.description() })),
    ...(first?.argChoices ?? []).map((word) => ({ word, about: "" })),
    ...(first?.name() === "schedule" ? scheduleKeys.map((word) => ({ word, about: "" })) : []),
    ...command.options.map((option) => ({ word: option.long ?? option.short!, about: option.description })),
  ];
  return [
    { path: path.join(" "), about: command.description(), words },
    ...command.commands.flatMap((sub) => listCompleted(sub, scheduleKeys, [...path, sub.name()])),
  ];
}
