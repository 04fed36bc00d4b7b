import type { Schemas } from "../../client/api.ts";

type Run = Pick<Schemas["RunDetail"], "attempt" | "status" | "error" | "startedAt" | "finishedAt" | "worker">;
type LogLine = Pick<Schemas["LogLine"], "at" | "fields">;

/** One try of a run, and how it ended. */
export interface Attempt {
  readonly no: number;
  /** A status of runs, or `RETRY` and `SNOOZE` of a try that another one follows. */
  readonly ending: string;
  readonly error: string | null;
  readonly endedAt: string | null;
  readonly worker: string | null;
}

/** The tries that others followed, as the run's log has them, and the last one, as its row has it. */
export function toAttempts(run: Run, log: readonly LogLine[]): Attempt[] {
  const earlier = log.flatMap(({ at, fields }) => readTry(fields, at) ?? []);
  const last: Attempt = {
    no: run.attempt,
    ending: run.status,
    error: run.status === "FINISHED" ? null : run.error,
    endedAt: run.finishedAt,
    worker: run.worker,
  };
  const isOfItsOwn =
    run.attempt > 0 &&
    !earlier.some(({ no, ending }) => no === run.attempt && ending === "RETRY" && run.status === "SCHEDULED");
  return isOfItsOwn ? [...earlier, last] : earlier;
}

function readTry(fields: unknown, endedAt: string): Attempt | null {
  if (typeof fields !== "object" || fields === null || !("endedTry" in fields)) return null;
  const { endedTry, ending, error, worker } = fields as Record<string, unknown>;
  if (typeof endedTry !== "number" || typeof ending !== "string") return null;
  return {
    no: endedTry,
    ending,
    error: typeof error === "string" ? error : null,
    endedAt,
    worker: typeof worker === "string" ? worker : null,
  };
}
