import type { Command } from "commander";

import { readEnv } from "../config.ts";
import { WrongUsage } from "../exit.ts";
import { print } from "../output/print.ts";
import { isRunId } from "../run-id.ts";

const PAGES = [
  "overview",
  "schedules",
  "runs",
  "queues",
  "problems",
  "orders",
  "user-audit",
  "mails",
  "shop",
  "integration",
  "maintenance",
];

export function configureOpen(command: Command): void {
  command
    .argument(
      "<thing>",
      `a run's id, an order's number, a schedule's key, order:… or schedule:…, or a page: ${PAGES.join(", ")}`,
    )
    .option("--url <url>", "where the dashboard is; default: API_HOST and API_PORT")
    .option("--env-file <file>", "read this file instead of .env; real variables still win")
    .addHelpText("after", "\nPrints the link; asks nothing, so that it also prints one of what is not there.")
    .action((thing: string, { url, envFile }: { url?: string; envFile?: string }) => {
      print(new URL(toPath(thing), toBase(url, readEnv(envFile))).href);
    });
}

/** The path of what is meant: by its form, unless a word before a colon says it. */
export function toPath(thing: string): string {
  const [, kind, name] = /^(run|order|schedule|problem):(.+)$/.exec(thing) ?? [];
  if (kind !== undefined) return `${kind}s/${encodeURIComponent(name!)}`;
  if (thing === "overview") return "";
  if (PAGES.includes(thing)) return thing;
  if (isRunId(thing)) return `runs/${thing.toLowerCase()}`;
  return `${/^\d+$/.test(thing) ? "orders" : "schedules"}/${encodeURIComponent(thing)}`;
}

function toBase(url: string | undefined, env: Readonly<Record<string, string | undefined>>): URL {
  const host = env["API_HOST"]?.trim() || "127.0.0.1";
  const text = url ?? `http://${host === "0.0.0.0" ? "127.0.0.1" : host}:${env["API_PORT"]?.trim() || "3000"}`;
  if (!URL.canParse(text))
    throw new WrongUsage(`--url ${text}: expected an address such as https://drumline.example.com`);
  return new URL(text.endsWith("/") ? text : `${text}/`);
}
