import { scheduleEntries } from "@drumline/tasks";
import { Argument, type Command } from "commander";

import { print } from "../output/print.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;

/** What can follow the words of a command. */
interface Completed {
  /** `maintenance create` */
  readonly path: string;
  readonly about: string;
  readonly words: readonly { readonly word: string; readonly about: string }[];
}

/** @param build the program with all its commands: only here they are loaded at once, so that a TAB starts nothing */
export const configureCompletion =
  (build: () => Promise<Command>) =>
  (command: Command): void =>
    void command
      .addArgument(new Argument("<shell>", "whose completions").choices([...SHELLS]))
      .addHelpText(
        "after",
        "\nbash: source <(drumline completion bash), in ~/.bashrc. zsh: the same with zsh, after compinit, in ~/.zshrc." +
          "\nfish: drumline completion fish > ~/.config/fish/completions/drumline.fish",
      )
      .action(async (shell: (typeof SHELLS)[number]) => {
        const completed = listCompletions(await build());
        print(shell === "fish" ? toFish(completed) : toBash(completed, shell));
      });

/** Every command with its options, subcommands, and the keys of schedules where it takes one. */
export function listCompletions(command: Command, path: readonly string[] = []): Completed[] {
  const [first] = command.registeredArguments;
  const words = [
    ...command.commands.map((sub) => ({ word: sub.name(), about: sub.description() })),
    ...(first?.argChoices ?? []).map((word) => ({ word, about: "" })),
    ...(first?.name() === "schedule" ? scheduleEntries().map(({ entry }) => ({ word: entry.key, about: "" })) : []),
    ...command.options.map((option) => ({ word: option.long ?? option.short!, about: option.description })),
  ];
  return [
    { path: path.join(" "), about: command.description(), words },
    ...command.commands.flatMap((sub) => listCompletions(sub, [...path, sub.name()])),
  ];
}

function toBash(completed: readonly Completed[], shell: "bash" | "zsh"): string {
  // The longest path first: `maintenance create` before `maintenance`.
  const cases = completed
    .filter(({ path }) => path !== "")
    .sort((left, right) => right.path.split(" ").length - left.path.split(" ").length)
    .map(({ path, words }) => `    "${path} "*) words="${words.map(({ word }) => word).join(" ")}" ;;`);
  const [top] = completed;
  return [
    ...(shell === "zsh" ? ["autoload -U +X bashcompinit && bashcompinit"] : []),
    "_drumline() {",
    '  local cur="${COMP_WORDS[COMP_CWORD]}" words',
    '  case "${COMP_WORDS[1]} ${COMP_WORDS[2]} " in',
    ...cases,
    "    *) words= ;;",
    "  esac",
    `  [ "$COMP_CWORD" -eq 1 ] && words="${top!.words.map(({ word }) => word).join(" ")}"`,
    '  COMPREPLY=($(compgen -W "$words" -- "$cur"))',
    "}",
    "complete -o default -F _drumline drumline",
  ].join("\n");
}

function toFish(completed: readonly Completed[]): string {
  const lines = completed.flatMap(({ path, words }) =>
    words.map(({ word, about }) => {
      const seen = path
        .split(" ")
        .map((part) => `__fish_seen_subcommand_from ${part}`)
        .join("; and ");
      const when = path === "" ? "__fish_use_subcommand" : seen;
      const what = word.startsWith("--") ? `-l ${word.slice(2)}` : `-f -a ${word}`;
      return `complete -c drumline -n '${when}' ${what} -d '${about.replaceAll("'", String.raw`\'`)}'`;
    }),
  );
  return lines.join("\n");
}
