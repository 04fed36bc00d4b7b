import { type AttemptDetail, loadAttempt, loadOrder, type OrderDetail } from "@drumline/oms/queries";
import type { Command } from "commander";

import { readEnv } from "../config.ts";
import { ExitCode, Finished, WrongUsage } from "../exit.ts";
import { formatShort } from "../output/instant.ts";
import { parseTz, toJson } from "../output/list.ts";
import { print, printAside } from "../output/print.ts";
import { formatTable } from "../output/table.ts";
import { withDatabases } from "../with-databases.ts";

interface OrderOptions {
  readonly why?: string;
  readonly attempt?: string;
  readonly tz: string;
  readonly envFile?: string;
  readonly json?: boolean;
}

export function configureOrder(command: Command): void {
  command
    .argument("<number>", "an order's number or id")
    .option("--why <location>", "why each attempt took this location or not (its ERP code), rule by rule")
    .option("--attempt <no>", "of this attempt alone; default: the last one, and with --why all that are kept")
    .option("--tz <zone>", "time zone of what is shown", "UTC")
    .option("--env-file <file>", "read this file instead of .env; real variables still win")
    .option("--json", "an object")
    .addHelpText("after", "\nExits with 1 where there is no such order, or no attempt looked at the location.")
    .action(showOrder);
}

async function showOrder(number: string, options: OrderOptions): Promise<void> {
  const { why, json = false } = options;
  const timezone = parseTz(options.tz);
  const asked = options.attempt === undefined ? null : parseAttempt(options.attempt);
  const { order, attempts } = await withDatabases(readEnv(options.envFile), async ({ db }) => {
    const found = await loadOrder(db, number);
    if (found === null) return { order: null, attempts: [] };
    const kept = found.planAttempts.map(({ no }) => no);
    const wanted = asked === null ? (why === undefined ? kept.slice(-1) : kept) : [asked];
    const loaded = await Promise.all(wanted.map((no) => loadAttempt(db, found.id, no)));
    return { order: found, attempts: loaded.filter((attempt) => attempt !== null) };
  });
  if (order === null) throw notThere(`there is no order ${number}`);
  if (asked !== null && attempts.length === 0)
    throw notThere(`attempt ${asked} of order ${order.number} is not on record`);
  if (why !== undefined) return showWhy(order.number, attempts, why, json);
  print(json ? toJson({ ...order, attempt: attempts.at(-1) ?? null }, 2) : toText(order, attempts.at(-1), timezone));
}

function parseAttempt(raw: string): number {
  if (/^[1-9]\d{0,8}$/.test(raw)) return Number(raw);
  throw new WrongUsage(`--attempt ${raw}: expected a whole number from 1 on`);
}

function notThere(what: string): Finished {
  printAside(what);
  return new Finished(ExitCode.foundProblems);
}

function toText(order: OrderDetail, attempt: AttemptDetail | undefined, timezone: string): string {
  const { number, state, items, packageDetails, planAttempts, placedAt } = order;
  const tried =
    planAttempts.length === 0 ? "nothing has tried to plan it yet" : `${planAttempts.length} attempts on record`;
  return [
    `order ${number}  ${state}  placed ${formatShort(new Date(placedAt), timezone)}  ${tried}`,
    "",
    formatTable(
      ["sku", "wanted", "cancelled", "not placed", "state"],
      items.map((item) => [item.sku, String(item.quantity), String(item.cancelled), String(item.unplaced), item.state]),
    ),
    ...(packageDetails.length === 0
      ? []
      : ["", formatTable(["package", "location", "state", "items"], packageDetails.map(toCells))]),
    ...(attempt === undefined ? [] : ["", toAttemptText(attempt)]),
  ].join("\n");
}

const toCells = ({ number, location, state, items }: OrderDetail["packageDetails"][number]): string[] => [
  number,
  location,
  state,
  items.map(({ sku, quantity }) => `${quantity} × ${sku}`).join(", "),
];

function toAttemptText({ no, trigger, sentence, locations, locationsLeftOut }: AttemptDetail): string {
  return [
    `attempt ${no} (${trigger}): ${sentence}`,
    formatTable(
      ["location", "", "why", "free"],
      locations.map(({ erpCode, chosen, words, stock }) => [
        erpCode,
        chosen ? "chosen" : "left out",
        words,
        stock.map(({ sku, free }) => `${free} × ${sku}`).join(", "),
      ]),
    ),
    ...(locationsLeftOut === 0 ? [] : [`and ${locationsLeftOut} more locations, which are counted only`]),
  ].join("\n");
}

function showWhy(number: string, attempts: readonly AttemptDetail[], erpCode: string, json: boolean): void {
  const verdicts = attempts.flatMap(({ no, trigger, locations }) => {
    const location = locations.find((one) => one.erpCode.toLowerCase() === erpCode.toLowerCase());
    return location === undefined ? [] : [{ attempt: no, trigger, ...location }];
  });
  if (json) print(toJson(verdicts, 2));
  else for (const verdict of verdicts) print(toVerdictText(verdict));
  if (verdicts.length > 0) return;
  const leftOut = attempts.reduce((sum, { locationsLeftOut }) => sum + locationsLeftOut, 0);
  const counted = leftOut === 0 ? "" : `; ${leftOut} locations are only counted in the record`;
  throw notThere(
    attempts.length === 0
      ? `no attempt to plan order ${number} is on record`
      : `no attempt on record has looked at ${erpCode}: it carries none of the products, or no rule names it${counted}`,
  );
}

type Verdict = { readonly attempt: number; readonly trigger: string } & AttemptDetail["locations"][number];

const toVerdictText = ({ attempt, trigger, erpCode, chosen, words, byRule, stock, changes }: Verdict): string =>
  [
    `attempt ${attempt} (${trigger}): ${erpCode} was ${chosen ? "chosen" : "left out"}: ${words}`,
    ...byRule.map((rule) => `  by ${rule.rule}: ${rule.words}`),
    ...stock.map(
      ({ sku, onHand, reserved, safetyStock, free }) =>
        `  ${sku}: ${onHand} on hand, ${reserved} reserved, ${safetyStock} kept back, ${free} free`,
    ),
    ...(changes ?? []).map((change) => `  it would have got units here: ${change.words}`),
  ].join("\n");
