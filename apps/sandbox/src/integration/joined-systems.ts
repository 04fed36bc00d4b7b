import { SECOND_MS } from "@drumline/core/clock";

import { createIdempotentAnswers, HttpError, jsonReply, type Reply, type RouteRequest } from "../http/index.ts";

const MOST_KEPT = 100;
/** The ERP takes so many calls in a second, and asks for silence after them. */
const ERP_CALLS_PER_SECOND = 20;
const SILENCE_SECONDS = 2;

/** What the integration joins two shops with: an ERP and a warehouse. What they were told is in memory. */
export interface JoinedSystems {
  readonly seed: number;
  readonly nowMs: () => number;
  /** Takes a document once per Idempotency-Key. Throws a 429 where the ERP is called too often. */
  take(system: "erp" | "warehouse", request: RouteRequest, document: object): Reply;
  /** How many each was told, and the last ones. */
  readonly told: () => Readonly<Record<string, { readonly count: number; readonly last: readonly object[] }>>;
}

export function createJoinedSystems({ seed, nowMs }: Pick<JoinedSystems, "seed" | "nowMs">): JoinedSystems {
  const answers = createIdempotentAnswers();
  const told = new Map<string, { count: number; last: object[] }>();
  let second = 0;
  let calls = 0;

  function refuseFlood(): void {
    const now = Math.floor(nowMs() / SECOND_MS);
    calls = now === second ? calls + 1 : 1;
    second = now;
    if (calls <= ERP_CALLS_PER_SECOND) return;
    const message = `more than ${ERP_CALLS_PER_SECOND} calls in a second`;
    throw new HttpError(429, { code: "TOO_MANY", message, headers: { "retry-after": String(SILENCE_SECONDS) } });
  }

  return {
    seed,
    nowMs,
    take(system, request, document) {
      if (system === "erp") refuseFlood();
      return answers.once(system, request, () => {
        const list = told.get(system) ?? { count: 0, last: [] };
        told.set(system, { count: list.count + 1, last: [...list.last, document].slice(-MOST_KEPT) });
        return jsonReply({ reference: `${system}-${list.count + 1}` }, 201);
      });
    },
    told: () => Object.fromEntries(told),
  };
}
