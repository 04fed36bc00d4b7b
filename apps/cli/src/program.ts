import { Command } from "commander";

import type { Configure } from "./configure.ts";

interface CommandEntry {
  readonly about: string;
  /** Read only when the command is asked for, so that `drumline next` never loads a database driver. */
  readonly load: () => Promise<Configure>;
}

const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  start: {
    about: "everything on this machine: databases, sandbox, beat, workers and api, until Ctrl-C",
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
  top: {
    about: "what runs, comes next and failed, on one screen; retry and pause from there",
    load: async () => (await import("./commands/top.ts")).configureTop,
  },
  pause: {
    about: "let a schedule's occurrences pass for a while, with who, why and until when",
    load: async () => (await import("./commands/switch-schedule.ts")).configurePause,
  },
  resume: {
    about: "end the pause of a schedule",
    load: async () => (await import("./commands/switch-schedule.ts")).configureResume,
  },
  enable: {
    about: "switch a schedule of the api on: it counts from now",
    load: async () => (await import("./commands/switch-schedule.ts")).configureEnable,
  },
  disable: {
    about: "switch a schedule of the api off: nothing falls due",
    load: async () => (await import("./commands/switch-schedule.ts")).configureDisable,
  },
  backfill: {
    about: "run the occurrences of a range that never ran; no schedule moves",
    load: async () => (await import("./commands/backfill.ts")).configureBackfill,
  },
  runs: {
    about: "what ran, runs, waits, failed or was skipped, and why",
    load: async () => (await import("./commands/runs.ts")).configureRuns,
  },
  logs: {
    about: "what a run logs; with -f until it ends",
    load: async () => (await import("./commands/logs.ts")).configureLogs,
  },
  retry: {
    about: "do runs again that failed: one, or all that match a filter",
    load: async () => (await import("./commands/retry.ts")).configureRetry,
  },
  cancel: {
    about: "cancel runs: one, or all that match a filter",
    load: async () => (await import("./commands/cancel.ts")).configureCancel,
  },
  bulk: {
    about: "what was done to many at once: list, show with each row, abort",
    load: async () => (await import("./commands/bulk.ts")).configureBulk,
  },
  maintenance: {
    about: "times in which runs wait: list, create, change, end early, close, and their history",
    load: async () => (await import("./commands/maintenance.ts")).configureMaintenance,
  },
  problems: {
    about: "what a person must see, why, and what can be done about it; resolve one with a note",
    load: async () => (await import("./commands/problems.ts")).configureProblems,
  },
  order: {
    about: "an order of the OMS: its items and packages, and why it was planned as it was",
    load: async () => (await import("./commands/order.ts")).configureOrder,
  },
  audit: {
    about: "the user audit: what it found, what is done about it, and doing it",
    load: async () => (await import("./commands/audit.ts")).configureAudit,
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
  open: {
    about: "print the dashboard's link to a run, an order, a schedule, a problem or a page",
    load: async () => (await import("./commands/open.ts")).configureOpen,
  },
  completion: {
    about: "print what a shell needs to complete commands, options and schedules",
    load: async () => (await import("./commands/completion.ts")).configureCompletion,
  },
  queues: {
    about: "how much waits in each queue",
    load: async () => (await import("./commands/queues.ts")).configureQueues,
  },
};

/** With the asked command alone configured, and loaded. */
export function buildProgram(args: readonly string[]): Promise<Command> {
  const asked = args.find((arg) => Object.hasOwn(COMMANDS, arg));
  return build((name) => name === asked);
}

/** With all of them, for whoever wants to know what they take. */
export const buildWholeProgram = (): Promise<Command> => build(() => true);

async function build(isLoaded: (name: string) => boolean): Promise<Command> {
  const program = new Command("drumline")
    .description("Runs the scheduled operations of an e-commerce back office.")
    .exitOverride()
    .showHelpAfterError("(drumline <command> --help shows what it takes)")
    .addHelpText(
      "after",
      "\nExit codes: 0 fine, 1 found problems, 2 wrong usage, 3 not reachable, 4 refused, 130 Ctrl-C",
    );
  for (const [name, { about, load }] of Object.entries(COMMANDS)) {
    const command = program.command(name).description(about).copyInheritedSettings(program);
    if (isLoaded(name)) (await load())(command);
  }
  return program;
}
