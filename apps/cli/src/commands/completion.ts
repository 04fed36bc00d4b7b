import { Argument, type Command } from "commander";

import { COMPLETED, type Completed } from "../completed-words.ts";
import { print } from "../output/print.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;

/** A shell asks at its start: what it gets was written down (`npm run generate`), so that no command is loaded for it. */
export function configureCompletion(command: Command): void {
  command
    .addArgument(new Argument("<shell>", "whose completions").choices([...SHELLS]))
    .addHelpText(
      "after",
      "\nbash: source <(drumline completion bash), in ~/.bashrc. zsh: the same with zsh, after compinit, in ~/.zshrc." +
        "\nfish: drumline completion fish > ~/.config/fish/completions/drumline.fish",
    )
    .action((shell: (typeof SHELLS)[number]) => print(shell === "fish" ? toFish(COMPLETED) : toBash(COMPLETED, shell)));
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
