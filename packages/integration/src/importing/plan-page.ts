import { createHash } from "node:crypto";

import type { JsonRecord } from "@drumline/connectors/records";
import type { JsonObject, JsonValue } from "@drumline/core/task";
import { cutText, findUnstorable, toStorableText } from "@drumline/core/text";

import type { IncomingSource } from "../configurations/source.ts";
import { textAt } from "./path-to.ts";
import { toInstant } from "./to-instant.ts";

/** A record as it is taken in. */
export interface ArrivedRecord {
  /** Its place in what came. */
  readonly no: number;
  /** Where it came from, where its page does not say. */
  readonly origin?: JsonObject;
  readonly entityKey: string;
  /** SHA-256 of it. */
  readonly hash: string;
  readonly bytes: number;
  /** When the source says that it was changed, in its own words. */
  readonly changed: string | null;
  /** Null where it is kept as a beginning alone. */
  readonly payload: string | null;
  readonly refusal: {
    readonly status: "FAILED" | "REJECTED";
    readonly reason: string;
    readonly excerpt: string;
  } | null;
}

const MOST_KEY_CHARACTERS = 500;
const EXCERPT_CODE_POINTS = 1_000;

/** What names the record, and whether it can be used. A bad one is named by what it is, so that it comes once. */
export function toArrived(
  record: JsonRecord,
  { entity, changed }: Pick<IncomingSource, "entity" | "changed">,
  mostBytes: number,
): ArrivedRecord {
  const text = record.problem === null ? JSON.stringify(record.value) : record.excerpt;
  const hash = createHash("sha256").update(text.toWellFormed()).digest("hex");
  const bytes = Buffer.byteLength(text);
  const named = record.problem === null && entity !== null ? textAt(record.value, entity) : null;
  const reason = record.problem ?? findFault(record.value, entity, named);
  const base = {
    no: record.no,
    hash,
    bytes,
    changed: record.problem === null && changed !== null ? textAt(record.value, changed) : null,
  };
  const refuse = (status: "FAILED" | "REJECTED", why: string, entityKey: string): ArrivedRecord => ({
    ...base,
    entityKey,
    payload: null,
    refusal: {
      status,
      reason: toStorableText(why, EXCERPT_CODE_POINTS),
      excerpt: toStorableText(cutText(text, EXCERPT_CODE_POINTS)),
    },
  });
  if (reason !== null) return refuse("FAILED", reason, `unreadable ${hash.slice(0, 32)}`);
  const entityKey = named ?? hash;
  if (bytes > mostBytes) return refuse("REJECTED", `it has ${bytes} bytes, ${mostBytes} are taken in`, entityKey);
  return { ...base, entityKey, payload: text, refusal: null };
}

function findFault(value: JsonValue, path: string | null, named: string | null): string | null {
  const unstorable = findUnstorable(value);
  if (unstorable !== null) return `${unstorable.path} ${unstorable.problem}`;
  if (path === null) return null;
  if (named === null) return `it has no ${path}, which names its entity`;
  return named.length > MOST_KEY_CHARACTERS ? `its ${path} is longer than ${MOST_KEY_CHARACTERS} characters` : null;
}

/** What is known of an entity before the page. */
export interface EntityState {
  readonly id: bigint;
  readonly entityKey: string;
  readonly seen: readonly string[];
  readonly lastVersion: Date | null;
}

export interface PlannedTask {
  readonly record: ArrivedRecord;
  readonly entityId: bigint;
  readonly status: "NEW" | "SKIPPED" | "FAILED" | "REJECTED";
  readonly reason: string | null;
}

export interface PagePlan {
  readonly tasks: readonly PlannedTask[];
  /** As they are after the page: those that changed. */
  readonly entities: readonly EntityState[];
  /** Read before, and not taken in again. */
  readonly repeated: number;
}

/** Versions that are remembered of an entity: as many as one look back may show again. */
const MOST_SEEN = 20;

/**
 * Which records of a page are news. One that was read before is none: among the last versions where the source says when
 * they were changed, else as the last version (what went back to how it was is news). An older version than one that came
 * before is kept as SKIPPED.
 */
export function planPage(records: readonly ArrivedRecord[], known: ReadonlyMap<string, EntityState>): PagePlan {
  const states = new Map(known);
  const changed = new Set<string>();
  const tasks: PlannedTask[] = [];
  let repeated = 0;
  for (const record of records) {
    const state = states.get(record.entityKey)!;
    const at = record.changed === null ? null : toInstant(record.changed);
    const seen = at === null ? state.seen.slice(0, 1) : state.seen;
    if (seen.includes(record.hash)) {
      repeated += 1;
      continue;
    }
    const isOlder = at !== null && state.lastVersion !== null && at < state.lastVersion;
    tasks.push({ record, entityId: state.id, ...statusOf(record, isOlder, state.lastVersion) });
    changed.add(record.entityKey);
    states.set(record.entityKey, {
      ...state,
      seen: isOlder
        ? [state.seen[0]!, record.hash, ...state.seen.slice(1, MOST_SEEN - 1)]
        : [record.hash, ...state.seen.slice(0, MOST_SEEN - 1)],
      lastVersion: at === null || isOlder ? state.lastVersion : at,
    });
  }
  return { tasks, entities: [...changed].map((key) => states.get(key)!), repeated };
}

function statusOf(
  { refusal }: ArrivedRecord,
  isOlder: boolean,
  last: Date | null,
): Pick<PlannedTask, "status" | "reason"> {
  if (refusal !== null) return refusal;
  if (isOlder)
    return { status: "SKIPPED", reason: `older than the version of ${last!.toISOString()} that came before` };
  return { status: "NEW", reason: null };
}
