import { Command } from "commander";

import type { Configure } from "./configure.ts";

interface CommandEntry {
  readonly about: string;
  /** Read only when the command is asked for, so that `drumline next` never loads a database driver. */
  readonly load: () => Promise<Configure>;
}

const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  start: {
    about: "everything on this machine: stores, sandbox, beat, workers and api, until Ctrl-C",
    load: async () => (await import("./commands/start.ts")).configureStart,
  },
  replay: {
    about: "a dataset's years in minutes: every OMS task on real orders, and a report of what became of them",
    load: async () => (await import("./commands/replay.ts")).configureReplay,
  },
  check: {
    about: "every configuration problem at once; starts nothing",
    load: async () => (await import("./commands/check.ts")).configureCheck,
  },
  schedules: {
    about: "every schedule of the environment: when it runs, in words, and its next three instants",
    load: async () => (await import("./commands/schedules.ts")).configureSchedules,
  },
  next: {
    about: "the next instants of a crontab, an interval or a schedule",
    load: async () => (await import("./commands/next.ts")).configureNext,
  },
  plan: {
    about: "what a restart of beat would add, change and remove",
    load: async () => (await import("./commands/plan.ts")).configurePlan,
  },
  run: {
    about: "start a task now; no schedule moves",
    load: async () => (await import("./commands/run.ts")).configureRun,
  },
  backfill: {
    about: "run the occurrences of a range that never ran; no schedule moves",
    load: async () => (await import("./commands/backfill.ts")).configureBackfill,
  },
  runs: {
    about: "what ran, runs, waits, failed or was skipped, and why",
    load: async () => (await import("./commands/runs.ts")).configureRuns,
  },
  maintenance: {
    about: "times in which runs wait: list, create, change, end early, close, and their history",
    load: async () => (await import("./commands/maintenance.ts")).configureMaintenance,
  },
  problems: {
    about: "what a person must see, why, and what can be done about it; resolve one with a note",
    load: async () => (await import("./commands/problems.ts")).configureProblems,
  },
  webhooks: {
    about: "what came in by webhook, and what became of it; hand one on once more",
    load: async () => (await import("./commands/webhooks.ts")).configureWebhooks,
  },
  token: {
    about: "who may use the api: create, list and revoke tokens",
    load: async () => (await import("./commands/token.ts")).configureToken,
  },
  users: {
    about: "who may sign in: list, create, link, disable, enable, role",
    load: async () => (await import("./commands/users.ts")).configureUsers,
  },
  secret: {
    about: "seal the secrets of clients, vendors and watched APIs for their tables, and change the key",
    load: async () => (await import("./commands/secret.ts")).configureSecret,
  },
  mail: {
    about: "mails to people: list them, say what became of one, print one with sample data",
    load: async () => (await import("./commands/mail.ts")).configureMail,
  },
  stock: {
    about: "the shop's stock: show it, count a product, say what happened to pieces",
    load: async () => (await import("./commands/stock.ts")).configureStock,
  },
  erase: {
    about: "forget a person, over all tables, and say what was kept and why",
    load: async () => (await import("./commands/erase.ts")).configureErase,
  },
  queues: {
    about: "how much waits in each queue",
    load: async () => (await import("./commands/queues.ts")).configureQueues,
  },
};

export async function buildProgram(args: readonly string[]): Promise<Command> {
  const program = new Command("drumline")
    .description("Runs the scheduled operations of an e-commerce back office.")
    .exitOverride()
    .showHelpAfterError("(drumline <command> --help shows what it takes)")
    .addHelpText("after", "\nExit codes: 0 fine, 1 found problems, 2 wrong usage");
  const asked = args.find((arg) => Object.hasOwn(COMMANDS, arg));
  for (const [name, { about, load }] of Object.entries(COMMANDS)) {
    const command = program.command(name).description(about).copyInheritedSettings(program);
    if (name === asked) (await load())(command);
  }
  return program;
}
