import type { ReadEvent } from "@drumline/events/readers";
import { z } from "zod";

import { findWrongInstant, skuSchema } from "./movement-input.ts";
import type { MovementKind, NewMovement } from "./record-movements.sql.ts";

const pieces = z.int().min(1);
const line = z.object({ sku: skuSchema, quantity: pieces });
const name = z.string().min(1);

const omsItems = z.array(line.extend({ order_item_id: z.int() })).nullish();

const packageBody = z.object({
  number: name,
  order_number: name,
  location: name,
  old_state: name,
  held_from: name.optional(),
  state: name,
  command: name,
  items: omsItems,
});

/** What was not found, or was broken: of all that was to be packed or sent, or of the order items that are named. */
const failure = z.object({ items: z.union([z.literal("all"), z.array(z.int())]), discrepancy: z.boolean() });

const stockBody = z.object({ vendor: name, sku: skuSchema, quantity: z.int().min(0) });

const refundBody = z.object({ number: name, order: name, lines: z.array(line) });

type Item = z.output<typeof line> & { readonly order_item_id?: number };

/** Pieces that moved, as an event says it. */
interface Moved {
  readonly kind: MovementKind;
  readonly items: readonly Item[];
  readonly reason: string;
  /** The number of the order whose pieces they are: the shop counts its own orders when they are paid. */
  readonly orderNumber?: string;
}

export interface StockEventRules {
  /** Codes of vendors whose feeds count. */
  readonly vendors: readonly string[];
  readonly now: Date;
}

/** What an event means for the stock of the shop. */
export type PlannedStockEvent =
  | { readonly movements: readonly NewMovement[]; readonly orderNumber: string | null }
  /** The body is none that this release can read: what of it, and what was expected. */
  | { readonly unreadable: string };

interface Rule {
  readonly source: StockEventSource;
  readonly read: (payload: unknown, rules: StockEventRules) => Moved | null;
}

export type StockEventSource = "oms" | "ecomnow";

const RULES: Readonly<Record<string, Rule>> = {
  "package.status.packed": { source: "oms", read: readPacked },
  "package.status.cancelled": { source: "oms", read: readUnpacked },
  "package.status.transitioned": { source: "oms", read: readFailedPackage },
  "transfer.status.transitioned": { source: "oms", read: readFailedTransfer },
  "ecomnow.stock.changed": { source: "ecomnow", read: readVendorStock },
  "ecomnow.refund.closed": { source: "ecomnow", read: readRefund },
};

/** The types of events that say something of stock. */
export const stockEventTypesOf = (sources: readonly StockEventSource[]): string[] =>
  Object.keys(RULES).filter((type) => sources.includes(RULES[type]!.source));

/** Movements are known by the event and the number of its line, so that one that is read again is recorded once. */
export function planStockEvent({ id, eventType, payload, at }: ReadEvent, rules: StockEventRules): PlannedStockEvent {
  const { source, read } = RULES[eventType]!;
  const wrong = findWrongInstant(at, rules.now);
  if (wrong !== null) return { unreadable: `its instant ${at.toISOString()} ${wrong}` };
  try {
    const moved = read(payload, rules);
    const { kind, items, reason, orderNumber = null } = moved ?? { kind: "FOUND", items: [], reason: "" };
    return {
      orderNumber,
      movements: items.map(({ sku, quantity }, index) => ({
        sku,
        kind,
        pieces: BigInt(quantity),
        reason,
        actor: source,
        source,
        sourceRef: `${id}/${index + 1}`,
        occurredAt: at,
      })),
    };
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const { path, message } = error.issues[0]!;
    return { unreadable: `${path.length === 0 ? "its body" : path.join(".")}: ${message}` };
  }
}

/** Packed pieces have left the stock. One that was only held is packed already. */
function readPacked(payload: unknown): Moved | null {
  const { old_state, items, order_number, number, location } = packageBody.parse(payload);
  if (old_state === "CANCELLATION_WAITING") return null;
  return {
    kind: "SALE",
    items: items ?? [],
    reason: `package ${number} packed at ${location}`,
    orderNumber: order_number,
  };
}

/** A package that was packed and is opened again puts its pieces back; one that was not packed has never had them. */
function readUnpacked(payload: unknown): Moved | null {
  const { old_state, held_from, items, order_number, number, location } = packageBody.parse(payload);
  if (old_state !== "PACKED" && held_from !== "PACKED") return null;
  const reason = `package ${number} taken back at ${location}`;
  return { kind: "SALE_CANCELLED", items: items ?? [], reason, orderNumber: order_number };
}

function readFailedPackage(payload: unknown): Moved | null {
  const { command } = z.object({ command: name }).parse(payload);
  if (command !== "DETECTED_OUT_OF_STOCK_ITEM") return null;
  const { attributes, ...body } = packageBody.extend({ attributes: failure }).parse(payload);
  const items = meantOf(body.items, attributes.items);
  if (body.state === "DEFECTIVE_PRODUCT")
    return { kind: "DEFECTIVE", items, reason: `found broken at ${body.location} for package ${body.number}` };
  // Without a discrepancy the store says that its level is right all the same.
  if (!attributes.discrepancy) return null;
  return { kind: "LOST", items, reason: `not found at ${body.location} for package ${body.number}` };
}

function readFailedTransfer(payload: unknown): Moved | null {
  const { command } = z.object({ command: name }).parse(payload);
  if (command !== "TRANSFER_OUT_OF_STOCK") return null;
  const body = z.object({ number: name, source: name, items: omsItems, attributes: failure }).parse(payload);
  if (!body.attributes.discrepancy) return null;
  const items = meantOf(body.items, body.attributes.items);
  return { kind: "LOST", items, reason: `not found at ${body.source} for transfer ${body.number}` };
}

const meantOf = (items: z.output<typeof omsItems>, meant: "all" | readonly number[]) =>
  (items ?? []).filter(({ order_item_id }) => meant === "all" || meant.includes(order_item_id));

/** What a vendor's feed says is a count: it holds whatever was sold and told before. */
function readVendorStock(payload: unknown, { vendors }: StockEventRules): Moved | null {
  const { vendor, ...counted } = stockBody.parse(payload);
  return vendors.includes(vendor) ? { kind: "COUNTED", items: [counted], reason: `the feed of ${vendor}` } : null;
}

/** Money went back for these pieces. Nobody has looked at them, so that they are on record and not for sale. */
function readRefund(payload: unknown): Moved {
  const { number, order, lines } = refundBody.parse(payload);
  return { kind: "RETURNED_UNSELLABLE", items: lines, reason: `refund ${number} of order ${order}` };
}
