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
 * When something that failed or waits is to be looked at again. A pause counts from the instant its run was due, so that one
 * as long as the schedule's interval ends with the next turn; counted from the moment of the look it would end just after, and
 * every second turn would be lost. A run that comes late still leaves half the pause, or it would find its own failures due.
 */
export function pauseEnd({ dueAt, now }: Turn, pauseMs: number): Date {
  const fromMs = Math.min(dueAt?.getTime() ?? Number.POSITIVE_INFINITY, now.getTime());
  return new Date(Math.max(fromMs + pauseMs, now.getTime() + Math.ceil(pauseMs / 2)));
}
