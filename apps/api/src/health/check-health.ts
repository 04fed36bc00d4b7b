import { SECOND_MS } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";

import { checkWritable } from "@drumline/engine";

import type { ApiParts } from "../api.ts";
import { within } from "../http/within.ts";
import { type Facts, loadFacts } from "./facts.ts";
import { findReasons, findWarnings, type Reason, type Warning } from "./readiness.ts";

export interface Health {
  readonly reasons: readonly Reason[];
  readonly warnings: readonly Warning[];
  /** Null while the database does not answer. */
  readonly facts: Facts | null;
}

const ANSWER_WITHIN_MS = 2 * SECOND_MS;
const looks = new WeakMap<ApiParts, { readonly health: Promise<Health>; endedMs: number | null }>();

/**
 * Asks both databases whether work gets done. Never throws: one that does not answer is a reason. Those who ask while
 * a look is under way, or within `healthKeptMs` after it, share it: any number of probes, open pages and strangers cost
 * one look a second.
 */
export function checkHealth(parts: ApiParts): Promise<Health> {
  const { clock, healthKeptMs } = parts;
  const known = looks.get(parts);
  if (known !== undefined && isFresh(known.endedMs, clock.now().getTime(), healthKeptMs)) return known.health;
  const look = { health: askDatabases(parts), endedMs: null as number | null };
  looks.set(parts, look);
  void look.health.then(() => (look.endedMs = clock.now().getTime()));
  return look.health;
}

/** A clock that was set back makes nothing fresh. */
const isFresh = (endedMs: number | null, nowMs: number, keptMs: number): boolean =>
  endedMs === null || (nowMs >= endedMs && nowMs < endedMs + keptMs);

async function askDatabases({ db, queues, clock }: ApiParts): Promise<Health> {
  const [queueTrouble, ledger] = await Promise.all([
    within(ANSWER_WITHIN_MS, "it", queues.ping()).then(() => null, messageOf),
    within(ANSWER_WITHIN_MS, "PostgreSQL", Promise.all([loadFacts(db, clock.now()), checkWritable(db)])).then(
      ([facts]) => ({ facts, reasons: findReasons(facts) }),
      (error: unknown) => ({ facts: null, reasons: [databaseDown(error)] }),
    ),
  ]);
  const warnings = ledger.facts === null ? [] : findWarnings(ledger.facts);
  return { facts: ledger.facts, warnings, reasons: [...queuesDown(queueTrouble), ...ledger.reasons] };
}

function databaseDown(error: unknown): Reason {
  return { code: "DATABASE_DOWN", message: toCause("The database", messageOf(error)) };
}

function queuesDown(trouble: string | null): Reason[] {
  return trouble === null ? [] : [{ code: "QUEUES_DOWN", message: toCause("The queue backend", trouble) }];
}

/** A database that answers, and cannot be written to, says so itself. */
const toCause = (database: string, trouble: string): string =>
  trouble.includes(`${database} cannot be written to`) ? trouble : `${database} does not answer: ${trouble}`;
