import type { TaskContext } from "./context.ts";

/** When a schedule meant a run, null where none did, and what the run's clock says by now. */
export interface Turn {
  readonly dueAt: Date | null;
  readonly now: Date;
}

/** The turn that a handler is having. */
export const turnOf = ({ run, clock }: Pick<TaskContext<unknown, unknown, unknown>, "run" | "clock">): Turn => ({
  dueAt: run.dueAt,
  now: clock.now(),
});

/**
 * When something that failed or waits is to be looked at again. A pause counts from the instant its run was due, however late
 * in the run the look came, so that one as long as the schedule's interval ends with the next turn; counted from the look it
 * would end just after, and every second turn would be lost. A look after that end leaves half a pause, or what is left until
 * the pause after the next would end, which may be a turn; so a run that goes on for longer than its pauses does not find its
 * own failures due for ever.
 */
export function pauseEnd({ dueAt, now }: Turn, pauseMs: number): Date {
  const nowMs = now.getTime();
  const fromMs = Math.min(dueAt?.getTime() ?? Number.POSITIVE_INFINITY, nowMs);
  if (fromMs + pauseMs > nowMs || pauseMs <= 0) return new Date(Math.max(fromMs + pauseMs, nowMs));
  const restMs = pauseMs - ((nowMs - fromMs) % pauseMs);
  return new Date(nowMs + Math.min(restMs, Math.ceil(pauseMs / 2)));
}
