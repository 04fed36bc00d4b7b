import { SECOND_MS } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";
import { type LateOccurrence, loadLateOccurrences } from "@drumline/engine";

import type { ApiParts } from "../api.ts";
import { within } from "../within.ts";
import { loadProcesses, type ProcessRow } from "./processes.sql.ts";
import { findReasons, type Reason } from "./readiness.ts";

export interface Health {
  readonly reasons: readonly Reason[];
  readonly processes: readonly ProcessRow[];
  readonly late: readonly LateOccurrence[];
}

const ANSWER_WITHIN_MS = 2 * SECOND_MS;

/** Asks both stores whether work gets done. Never throws: a store that does not answer is a reason. */
export async function lookAround({ db, queues, clock }: ApiParts): Promise<Health> {
  const ping = within(ANSWER_WITHIN_MS, "it", queues.ping()).then(() => null, messageOf);
  try {
    const [processes, late] = await within(
      ANSWER_WITHIN_MS,
      "PostgreSQL",
      Promise.all([loadProcesses(db), loadLateOccurrences(db, clock.now())]),
    );
    return { reasons: findReasons({ queueTrouble: await ping, processes, late }), processes, late };
  } catch (error) {
    const down: Reason = { code: "DATABASE_DOWN", message: `The database does not answer: ${messageOf(error)}` };
    const queueTrouble = await ping;
    const queuesDown: Reason[] =
      queueTrouble === null
        ? []
        : [{ code: "QUEUES_DOWN", message: `The queue store does not answer: ${queueTrouble}` }];
    return { reasons: [down, ...queuesDown], processes: [], late: [] };
  }
}
