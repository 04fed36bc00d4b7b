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
const underWay = new WeakMap<ApiParts, Promise<Health>>();

/**
 * Asks both stores whether work gets done. Never throws: a store that does not answer is a reason. Those who ask while
 * a look is under way share it, so that any number of probes and open pages cost one.
 */
export function checkHealth(parts: ApiParts): Promise<Health> {
  const look = underWay.get(parts) ?? askStores(parts).finally(() => underWay.delete(parts));
  underWay.set(parts, look);
  return look;
}

async function askStores({ db, queues, clock }: ApiParts): Promise<Health> {
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
  return trouble === null ? [] : [{ code: "QUEUES_DOWN", message: toCause("The queue store", trouble) }];
}

/** A store that answers, and cannot be written to, says so itself. */
const toCause = (store: string, trouble: string): string =>
  trouble.includes(`${store} cannot be written to`) ? trouble : `${store} does not answer: ${trouble}`;
