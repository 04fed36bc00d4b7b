import { randomUUID } from "node:crypto";

import { systemClock } from "@drumline/core/clock";
import { findWrongInstant, movementInputSchema, recordMovements, toMovement } from "@drumline/shop/commands";
import {
  loadMovements,
  loadProduct,
  loadProducts,
  MOVEMENT_KINDS,
  type MovementRow,
  type ProductRow,
} from "@drumline/shop/queries";
import type { Command } from "commander";

import { readEnv } from "../config.ts";
import { ExitCode, Finished, WrongUsage } from "../exit.ts";
import { formatShort } from "../output/instant.ts";
import { toJson } from "../output/list.ts";
import { print, printAside } from "../output/print.ts";
import { formatTable } from "../output/table.ts";
import { whoSitsHere } from "../who-sits-here.ts";
import { withDatabases } from "../with-databases.ts";

interface StoreOptions {
  readonly envFile?: string;
  readonly json?: boolean;
}

interface TellOptions extends StoreOptions {
  readonly at?: string;
  readonly reason?: string;
  readonly reference?: string;
  readonly by: string;
}

interface ShowOptions extends StoreOptions {
  readonly limit: string;
}

/** Of movements that were told here: the api refuses it as a name of anybody else. */
const SOURCE = "cli";
const MOST_SHOWN = 1_000;
const ENV_FILE = ["--env-file <file>", "read this file instead of .env; real variables still win"] as const;
const MOVED_KINDS = MOVEMENT_KINDS.filter((kind) => kind !== "COUNTED");

export function configureStock(command: Command): void {
  command
    .command("show")
    .copyInheritedSettings(command)
    .description("products of the shop and their stock, or one with what happened to it last")
    .argument("[sku]")
    .option("--limit <number>", "how many products, or movements", "50")
    .option(...ENV_FILE)
    .option("--json", "an array of products, or one with its movements")
    .action((sku: string | undefined, options: ShowOptions) =>
      sku === undefined ? showProducts(options) : showProduct(sku, options),
    );
  takingWords(command.command("count"), command)
    .description("say how many pieces lay there; what happened later stays")
    .argument("<sku>")
    .argument("<pieces>")
    .action((sku: string, pieces: string, options: TellOptions) => tell({ sku, kind: "COUNTED", pieces }, options));
  takingWords(command.command("move"), command)
    .description("say what happened to pieces")
    .argument("<sku>")
    .argument("<kind>", MOVED_KINDS.join(", "))
    .argument("<pieces>")
    .action((sku: string, word: string, pieces: string, options: TellOptions) => {
      const kind = MOVED_KINDS.find((known) => known === word.toUpperCase());
      if (kind === undefined)
        throw new WrongUsage(`"${word}" is no kind of movement; expected one of ${MOVED_KINDS.join(", ")}`);
      return tell({ sku, kind, pieces }, options);
    });
}

const takingWords = (command: Command, parent: Command): Command =>
  command
    .copyInheritedSettings(parent)
    .option("--at <instant>", "when it happened, with its zone; now unless given")
    .option("--reason <text>", "why, for whoever looks at it later")
    .option("--reference <name>", "a name of your own: told twice under it, it is recorded once")
    .option("--by <name>", "who says so", whoSitsHere())
    .option(...ENV_FILE)
    .option("--json", "the movement as an object");

/** On record at once, with who said so, as over the api; update_products_inventory applies it. */
async function tell(
  said: { readonly sku: string; readonly kind: string; readonly pieces: string },
  { at, reason, reference, by, envFile, json = false }: TellOptions,
): Promise<void> {
  const now = systemClock.now();
  const read = movementInputSchema.safeParse({
    ...said,
    occurredAt: at ?? now.toISOString(),
    sourceRef: reference ?? randomUUID(),
    ...(reason === undefined ? {} : { reason }),
  });
  if (!read.success) {
    const { path, message } = read.error.issues[0]!;
    throw new WrongUsage(`${NAMES[String(path[0])] ?? String(path[0])}: ${message}`);
  }
  const movement = toMovement(read.data, { actor: by, source: SOURCE });
  const wrong = findWrongInstant(movement.occurredAt, now);
  if (wrong !== null) throw new WrongUsage(`--at: ${wrong}`);
  const { sourceRef } = movement;
  const { isNew, isKnownSku } = await withDatabases(readEnv(envFile), async ({ db }) => ({
    isNew: (await recordMovements(db, [movement], now)) === 1,
    isKnownSku: (await loadProduct(db, movement.sku)) !== null,
  }));
  if (json) print(toJson({ ...movement, isNew, isKnownSku }, 2));
  else if (isNew) print(`recorded as ${SOURCE} ${sourceRef}; the next run of update_products_inventory applies it`);
  if (!isNew) {
    printAside(`${sourceRef} is on record already: nothing was changed`);
    throw new Finished(ExitCode.foundProblems);
  }
  if (!isKnownSku) printAside(`no product has the sku ${movement.sku}: it waits until there is one`);
}

/** What a field is called at the command line. */
const NAMES: Readonly<Record<string, string>> = {
  sku: "<sku>",
  pieces: "<pieces>",
  occurredAt: "--at",
  sourceRef: "--reference",
  reason: "--reason",
};

async function showProducts({ limit, envFile, json = false }: ShowOptions): Promise<void> {
  const count = parseLimit(limit);
  const products = await withDatabases(readEnv(envFile), ({ db }) => loadProducts(db, {}, null, count));
  print(json ? toJson(products, 2) : formatTable(PRODUCT_HEADER, products.map(toProductCells)));
}

async function showProduct(sku: string, { limit, envFile, json = false }: ShowOptions): Promise<void> {
  const count = parseLimit(limit);
  const { product, movements } = await withDatabases(readEnv(envFile), async ({ db }) => ({
    product: await loadProduct(db, sku),
    movements: await loadMovements(db, { sku }, null, count),
  }));
  if (product === null && movements.length === 0) {
    printAside(`there is no product ${sku}, and nothing that happened to it`);
    throw new Finished(ExitCode.foundProblems);
  }
  if (json) return print(toJson({ product, movements }, 2));
  if (product === null) printAside(`no product has the sku ${sku}: what happened to it waits`);
  else print(formatTable(PRODUCT_HEADER, [toProductCells(product)]));
  print(formatTable(MOVEMENT_HEADER, movements.map(toMovementCells)));
}

const PRODUCT_HEADER = ["sku", "on hand", "reserved", "safety", "available", "on sale", "counted", "title"];

const toProductCells = ({ sku, onHand, reserved, safety, isOnSale, countedAt, title }: ProductRow): string[] => [
  sku,
  String(onHand),
  String(reserved),
  String(safety),
  String(onHand - reserved - safety),
  isOnSale ? "yes" : "no",
  countedAt === null ? "-" : formatShort(countedAt, "UTC"),
  title,
];

const MOVEMENT_HEADER = ["happened", "kind", "pieces", "effect", "balance", "by", "known by", "reason"];

const toMovementCells = (movement: MovementRow): string[] => [
  formatShort(movement.occurredAt, "UTC"),
  movement.kind,
  String(movement.quantity ?? movement.counted ?? 0n),
  movement.effect === null ? (movement.refusal ?? "waits") : String(movement.effect),
  movement.balance === null ? "-" : String(movement.balance),
  movement.actor,
  `${movement.source} ${movement.sourceRef}`,
  movement.reason ?? "",
];

function parseLimit(limit: string): number {
  const count = Number(limit);
  if (!/^\d+$/.test(limit) || count < 1 || count > MOST_SHOWN)
    throw new WrongUsage(`--limit ${limit}: expected a whole number from 1 to ${MOST_SHOWN}`);
  return count;
}
