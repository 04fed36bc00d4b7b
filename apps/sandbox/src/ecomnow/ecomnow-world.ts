import { type AnswerBook, createAnswerBook } from "../http/index.ts";

/** eComNow's surroundings: vendors, the refund channel, clients. What they were told is in memory. */
export interface EcomnowWorld {
  readonly seed: number;
  /** The secret of every client and vendor, in whatever form each asks for it. */
  readonly token: string;
  readonly nowMs: () => number;
  /** Answers by idempotency key. */
  readonly answers: AnswerBook;
  /** Records that clients were told, by `client/list`. */
  readonly told: Map<string, unknown[]>;
}

export function createEcomnowWorld(parts: Pick<EcomnowWorld, "seed" | "token" | "nowMs">): EcomnowWorld {
  return { ...parts, answers: createAnswerBook(), told: new Map() };
}
