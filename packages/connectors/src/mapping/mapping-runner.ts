import { integer } from "@drumline/core/config";
import { messageOf } from "@drumline/core/errors";
import type { JsonValue } from "@drumline/core/task";
import { parseJson } from "@drumline/core/text";

import { BATCH_RECORDS, createChildPool, type Item, type Lane, type Outcome } from "./child-pool.ts";
import { BadMapping, RecordNotMapped } from "./mapping-errors.ts";

/** Env keys of the mapping runner, for the config of a process that maps records. */
export const mappingSettings = {
  mappingChildren: integer("MAPPING_CHILDREN", {
    fallback: 2,
    min: 1,
    max: 16,
    about:
      "Child processes of a worker that evaluate mappings, started when there is something to map; each takes up to 150 MB.",
  }),
} as const;

export interface MappingLimits {
  /** For one record. */
  readonly timeLimitMs: number;
  readonly heapMegabytes: number;
  readonly maxExpressionCharacters: number;
  readonly maxInputCharacters: number;
  readonly maxOutputCharacters: number;
  /** After so many records a child makes room for a fresh one. */
  readonly recordsPerChild: number;
  /** A child that has had nothing to do for so long is ended. */
  readonly idleMs: number;
}

const LIMITS: MappingLimits = {
  timeLimitMs: 1_000,
  heapMegabytes: 64,
  maxExpressionCharacters: 65_536,
  maxInputCharacters: 1_000_000,
  maxOutputCharacters: 1_000_000,
  recordsPerChild: 50_000,
  idleMs: 60_000,
};

/** What became of one record. */
export type MappedRecord =
  | { readonly value: JsonValue; readonly characters: number; readonly error: null }
  | { readonly error: RecordNotMapped };

export interface Mapping {
  /**
   * Each record as the expression makes it, in order. Stop reading, and what is not mapped yet is dropped.
   * @throws {MappingRunnerFailed}
   */
  mapAll(records: readonly JsonValue[]): AsyncIterable<MappedRecord>;
}

export interface MappingRunner {
  /**
   * A mapping; null maps each record to itself.
   * @throws {BadMapping} Where the expression is no JSONata or cannot be read within the limits.
   * @throws {MappingRunnerFailed}
   */
  openMapping(expression: string | null): Promise<Mapping>;
  /** Ends the child processes; what still waits fails with `MappingRunnerFailed`. */
  close(): void;
}

/**
 * Evaluates mappings in a few child processes. JSONata is a whole language, and `$pad("", 500000000)` ends the process that
 * evaluates it, thread or not: only a process of its own is a wall. Callers take turns of some 200 ms, however long the
 * page or the list of callers is.
 */
export function createMappingRunner({
  children,
  ...given
}: { readonly children: number } & Partial<MappingLimits>): MappingRunner {
  const limits = { ...LIMITS, ...given };
  const pool = createChildPool({ children, ...limits });

  async function checkExpression(expression: string): Promise<void> {
    if (expression.length > limits.maxExpressionCharacters)
      throw new BadMapping(
        `it has ${expression.length} characters, ${limits.maxExpressionCharacters} are allowed. Make it shorter.`,
      );
    const lane: Lane = { expression, waiting: [], isClosed: false };
    const outcome = await new Promise<Outcome>((settle) => pool.enqueue(lane, [{ record: null, settle, deaths: 0 }]));
    if ("failure" in outcome) throw outcome.failure;
    if ("runaway" in outcome) throw new BadMapping(`reading it failed: ${outcome.runaway}`);
  }

  async function* mapAll(expression: string, records: readonly JsonValue[]): AsyncGenerator<MappedRecord> {
    const lane: Lane = { expression, waiting: [], isClosed: false };
    const ahead = BATCH_RECORDS * (children + 1);
    const outcomes: Promise<Outcome>[] = [];
    let sent = 0;
    try {
      while (sent < records.length || outcomes.length > 0) {
        if (sent < records.length && outcomes.length <= ahead - BATCH_RECORDS) {
          const next = records.slice(sent, sent + ahead - outcomes.length);
          sent += next.length;
          const items: Item[] = [];
          for (const record of next) outcomes.push(new Promise((settle) => offer(record, items, settle)));
          pool.enqueue(lane, items);
        }
        yield toMapped(await outcomes.shift()!);
      }
    } finally {
      lane.isClosed = true;
      lane.waiting.length = 0;
    }
  }

  /** Puts a record among the items; settles it at once where it cannot be sent. */
  function offer(record: JsonValue, items: Item[], settle: Item["settle"]): void {
    const text = toText(record);
    if (text === null) settle({ error: "the record is nested too deeply" });
    else if (text.length > limits.maxInputCharacters)
      settle({ error: `the record has ${text.length} characters, ${limits.maxInputCharacters} are allowed` });
    else items.push({ record: text, settle, deaths: 0 });
  }

  return {
    async openMapping(expression) {
      if (expression === null) return { mapAll: passAll };
      await checkExpression(expression);
      return { mapAll: (records) => mapAll(expression, records) };
    },
    close: () => pool.close(),
  };
}

function toText(record: JsonValue): string | null {
  try {
    return JSON.stringify(record);
  } catch {
    return null;
  }
}

const MOST_OUTPUT_VALUES = 100_000;

function toMapped(outcome: Outcome): MappedRecord {
  if ("failure" in outcome) throw outcome.failure;
  if ("runaway" in outcome) return { error: new RecordNotMapped(outcome.runaway, { isRunaway: true }) };
  if ("error" in outcome) return { error: new RecordNotMapped(outcome.error, { position: outcome.position ?? null }) };
  const text = "value" in outcome ? outcome.value : "null";
  try {
    // What is not exact here was rounded by the expression.
    const value = parseJson(text, { maxValues: MOST_OUTPUT_VALUES, inexactNumbers: "refused" });
    return { value, characters: text.length, error: null };
  } catch (error) {
    return { error: new RecordNotMapped(`what it made ${messageOf(error)}`) };
  }
}

async function* passAll(records: readonly JsonValue[]): AsyncGenerator<MappedRecord> {
  for (const value of records) yield { value, characters: 0, error: null };
}
