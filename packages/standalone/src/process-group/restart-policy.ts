import { backoffAfter, SECOND_MS } from "@drumline/core/clock";

/** How one life of a child process ended. */
export interface Death {
  readonly livedMs: number;
  /** It said `ready` in this or an earlier life. */
  readonly wasEverReady: boolean;
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
}

export type RestartDecision = { readonly kind: "restart"; readonly delayMs: number } | { readonly kind: "give_up" };

const QUICK_DEATH_MS = 30 * SECOND_MS;
const QUICK_DEATHS_ALLOWED = 5;
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5 * SECOND_MS;

/**
 * Whether a child that died comes back, and when: a quarter of a second after the first death, doubling with each
 * quick one. A process that ends itself before it was ever ready has said why, and would say so again.
 * @param deaths every death so far, oldest first; the last is the one to decide about
 */
export function planRestart(deaths: readonly Death[]): RestartDecision {
  const last = deaths.at(-1);
  if (last === undefined) return { kind: "restart", delayMs: 0 };
  if (!last.wasEverReady && last.exitCode !== null) return { kind: "give_up" };
  const lastLongLife = deaths.findLastIndex(({ livedMs }) => livedMs >= QUICK_DEATH_MS);
  const quickDeaths = deaths.length - 1 - lastLongLife;
  if (quickDeaths >= QUICK_DEATHS_ALLOWED) return { kind: "give_up" };
  const delayMs = backoffAfter(quickDeaths, { firstMs: FIRST_DELAY_MS, longestMs: LONGEST_DELAY_MS });
  return { kind: "restart", delayMs };
}
