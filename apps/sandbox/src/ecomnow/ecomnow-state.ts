import { type IdempotentAnswers, createIdempotentAnswers } from "../http/index.ts";

/** eComNow's surroundings: vendors, the refund channel, clients. What they were told is in memory. */
export interface EcomnowState {
  readonly seed: number;
  /** The secret of every client and vendor, in whatever form each asks for it. */
  readonly token: string;
  readonly nowMs: () => number;
  /** Answers by idempotency key. */
  readonly answers: IdempotentAnswers;
  /** Records that clients were told, by `client/list`. */
  readonly told: Map<string, unknown[]>;
}

export function createEcomnowState(parts: Pick<EcomnowState, "seed" | "token" | "nowMs">): EcomnowState {
  return { ...parts, answers: createIdempotentAnswers(), told: new Map() };
}
