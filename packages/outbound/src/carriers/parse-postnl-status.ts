import { zonePeriodAt } from "@drumline/core/scheduling";
import { z } from "zod";

import { parseRecord, storable } from "../records/wire-schemas.ts";
import type { CarrierStatus, ParcelEvent, Tracking } from "./port.ts";

const ZONE = "Europe/Amsterdam";
const MOST_EVENTS = 1_000;
const MOST_KEPT = 200;

/** PostNL makes its JSON of XML: nothing is `{}`, and a list of one is its element. */
const orNull = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (isEmpty(value) ? null : value), schema.nullable());
const listOf = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess(
    (value) => (isEmpty(value) ? [] : Array.isArray(value) ? value : [value]),
    z.array(schema).max(MOST_EVENTS),
  );
const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === "" ||
  (typeof value === "object" && !Array.isArray(value) && Object.keys(value).length === 0);

const word = storable.max(500);
const statusSchema = z.object({
  TimeStamp: word,
  StatusCode: word,
  PhaseCode: word,
  StatusDescription: orNull(word).optional(),
});
const shipmentSchema = z.object({
  Barcode: word,
  Status: orNull(statusSchema),
  OldStatus: listOf(statusSchema),
});
const held = orNull(z.object({ Shipment: listOf(shipmentSchema) })).optional();
const answerSchema = z
  .object({ CurrentStatus: held, CompleteStatus: held })
  .refine((answer) => answer.CurrentStatus !== undefined || answer.CompleteStatus !== undefined, {
    error: "expected CurrentStatus or CompleteStatus",
  });

type Status = z.output<typeof statusSchema>;

/**
 * Where a parcel is by PostNL's status API, of the current status alone or with those before. One of which
 * PostNL has no shipment is CREATED: it is so for a while after a label was made. Throws `InvalidRecord`.
 */
export function parsePostnlStatus(answer: unknown, barcode: string): Tracking {
  const { CurrentStatus, CompleteStatus } = parseRecord(answerSchema, answer);
  const shipments = (CompleteStatus ?? CurrentStatus)?.Shipment ?? [];
  const shipment = shipments.find((each) => each.Barcode.toUpperCase() === barcode.toUpperCase());
  if (shipment === undefined) return { status: "CREATED", events: [] };
  const told = shipment.Status === null ? shipment.OldStatus : [shipment.Status, ...shipment.OldStatus];
  const events = new Map<string, ParcelEvent>();
  for (const each of told) {
    const event = toEvent(each);
    if (event !== null) events.set(`${event.occurredAt.getTime()} ${each.StatusCode}`, event);
  }
  const sorted = [...events.values()].toSorted((one, other) => one.occurredAt.getTime() - other.occurredAt.getTime());
  const current = shipment.Status === null ? null : toStatus(shipment.Status);
  return { status: current ?? sorted.at(-1)?.status ?? "CREATED", events: sorted.slice(-MOST_KEPT) };
}

/** Null: not of the way of the parcel. */
function toEvent(status: Status): ParcelEvent | null {
  const meant = toStatus(status);
  const occurredAt = toInstant(status.TimeStamp);
  if (meant === null || occurredAt === null) return null;
  return { occurredAt, status: meant, location: null, description: status.StatusDescription ?? null };
}

const ANNOUNCED = "1";

/** By the phase, of which there are few: 1 collection, 2 sorting, 3 distribution, 4 delivered; 99 means nothing. */
function toStatus({ PhaseCode, StatusCode }: Status): CarrierStatus | null {
  switch (PhaseCode) {
    case "1":
      return StatusCode === ANNOUNCED ? "CREATED" : "SHIPPING";
    case "2":
    case "3":
      return "SHIPPING";
    case "4":
      return "DELIVERED";
    default:
      return null;
  }
}

/** `07-03-2018 23:20:05` or `2021-02-26T12:57:15`, both by the clock in the Netherlands. */
function toInstant(text: string): Date | null {
  const [, day, month, year] = /^(\d{2})-(\d{2})-(\d{4}) \d/.exec(text) ?? [];
  const local = day === undefined ? text : `${year}-${month}-${day}T${text.slice(11)}`;
  const atMs = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?$/.test(local) ? Date.parse(`${local}Z`) : Number.NaN;
  if (Number.isNaN(atMs)) return null;
  const guessMs = atMs - zonePeriodAt(ZONE, atMs).offsetMs;
  return new Date(atMs - zonePeriodAt(ZONE, guessMs).offsetMs);
}
