import { messageOf } from "@drumline/core/errors";
import type { Yielder } from "@drumline/core/process";
import type { JsonObject, JsonValue } from "@drumline/core/task";

import type { Exchange } from "../exchange/index.ts";
import { type MappingGuard, RecordNotMapped } from "../mapping/index.ts";
import type { JsonRecord } from "../records/index.ts";

/** Reads what a mapping made of a record. Throws `RecordNotMapped`. */
export type ParseRecord<Incoming> = (mapped: JsonValue, raw: JsonValue) => Incoming;

/** A record that can be used. */
export interface PulledRecord<Incoming> {
  /** Its place in the page, from 1. */
  readonly no: number;
  /** The partner's own id as it stands in what came; null where it cannot be told from that. */
  readonly id: string | null;
  readonly record: Incoming;
}

/** A record that cannot be used, and why. */
export interface FailedRecord {
  readonly no: number;
  /** The partner's own id, as far as it can be told. */
  readonly id: string | null;
  readonly problem: string;
  /** As it came; its beginning as a text where it is no JSON. */
  readonly raw: JsonValue;
  /** Whether `raw` is the whole of it, so that it can be mapped again. */
  readonly isWhole: boolean;
}

interface PageMapping {
  readonly guard: MappingGuard;
  readonly pause: Yielder;
  readonly onFailed?: (failed: FailedRecord) => void;
}

/** What could be mapped and read of a page, and what could not. */
export async function mapPage<Incoming>(
  { mapping, signal }: Pick<Exchange, "mapping" | "signal">,
  parse: ParseRecord<Incoming>,
  records: readonly JsonRecord[],
  { guard, pause, onFailed }: PageMapping,
): Promise<{ readonly records: PulledRecord<Incoming>[]; readonly failed: FailedRecord[] }> {
  const page: { records: PulledRecord<Incoming>[]; failed: FailedRecord[] } = { records: [], failed: [] };
  const readable: { no: number; value: JsonValue }[] = [];
  for (const record of records) {
    if (record.problem === null) readable.push(record);
    else pass({ no: record.no, id: null, raw: record.excerpt, isWhole: false }, new RecordNotMapped(record.problem));
  }
  let at = 0;
  for await (const outcome of mapping.mapAll(readable.map(({ value }) => value))) {
    signal.throwIfAborted();
    await pause();
    const { no, value: raw } = readable[at]!;
    at += 1;
    try {
      if (outcome.error !== null) throw outcome.error;
      guard.passed(outcome.characters);
      page.records.push({ no, id: idOf(raw), record: parse(outcome.value, raw) });
    } catch (error) {
      if (!(error instanceof RecordNotMapped)) throw error;
      const mapped = outcome.error === null ? outcome.value : null;
      pass({ no, id: idOf(mapped) ?? idOf(raw), raw, isWhole: true }, error);
    }
  }
  return page;

  /** Passes over a record that cannot be used, and says so. */
  function pass(failed: Omit<FailedRecord, "problem">, error: RecordNotMapped): void {
    const noted = { ...failed, problem: messageOf(error) };
    page.failed.push(noted);
    onFailed?.(noted);
    guard.failed(error);
  }
}

/** The partner's own id, as far as it can be guessed from what could not be read. */
function idOf(raw: JsonValue): string | null {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) return null;
  const record = raw as JsonObject;
  const id = record["external_id"] ?? record["id"] ?? record["number"] ?? record["sku"];
  return typeof id === "string" || typeof id === "number" ? String(id) : null;
}
