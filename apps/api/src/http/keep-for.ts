import type { Clock } from "@drumline/core/clock";

const MOST_KEPT = 500;

/** How long an answer is good, and how much longer it will do while the next one is being found. */
export interface Keeping<Answer> {
  readonly freshMs: (answer: Answer) => number;
  readonly staleMs?: number;
}

interface Kept<Answer> {
  /** The last one there is; null before the first. */
  last: { readonly answer: Answer; readonly fromMs: number; readonly freshUntilMs: number } | null;
  /** The one that is being found. */
  next: Promise<Answer> | null;
}

/**
 * Answers the same question anew only after a while, however many ask it; who asks while it is being answered waits for that
 * answer, or has the one before while that will do. A failure is kept for nobody, and a clock that was set back makes
 * nothing fresh.
 */
export function keepFor<Question, Answer>(
  clock: Clock,
  { freshMs, staleMs = 0 }: Keeping<Answer>,
  ask: (question: Question) => Promise<Answer>,
): (question: Question) => Promise<Answer> {
  const kept = new Map<string, Kept<Answer>>();

  const find = (key: string, question: Question, entry: Kept<Answer>, fromMs: number) => {
    const next = ask(question);
    entry.next = next;
    next.then(
      (answer) =>
        Object.assign(entry, { last: { answer, fromMs, freshUntilMs: fromMs + freshMs(answer) }, next: null }),
      () => kept.get(key) === entry && kept.delete(key),
    );
    return next;
  };

  return async (question) => {
    const key = JSON.stringify(question) ?? "";
    const nowMs = clock.now().getTime();
    if (!kept.has(key) && kept.size >= MOST_KEPT) kept.clear();
    const entry = kept.get(key) ?? { last: null, next: null };
    kept.set(key, entry);
    const { last } = entry;
    const isPast = last !== null && nowMs >= last.fromMs;
    if (isPast && nowMs < last.freshUntilMs) return last.answer;
    const next = entry.next ?? find(key, question, entry, nowMs);
    return isPast && nowMs < last.freshUntilMs + staleMs ? last.answer : next;
  };
}
