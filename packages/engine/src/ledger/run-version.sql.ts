import { DrumlineError } from "@drumline/core/errors";
import { Prisma } from "@drumline/db";

/**
 * Another number with each thing that happens to a run which somebody who cancels it has to know: a worker takes it up, gives
 * it back, is told to stop, has ended it. Made of what the row has, since a run changes too often for a count of its own.
 */
export const runVersion = Prisma.sql`(1 + 2 * run.attempt - (run.status = 'PROCESSING')::int
  + (run.cancel_requested_at IS NOT NULL)::int + (run.finished_at IS NOT NULL)::int)`;

/** Something has happened to the run since the caller looked. */
export class RunChanged extends DrumlineError {
  readonly currentVersion: number;

  constructor(id: string, askedVersion: number, currentVersion: number) {
    super(
      `The run ${id} is at version ${currentVersion}, not ${askedVersion}: it has gone on; look at it again, then decide.`,
      { code: "RUN_CHANGED" },
    );
    this.currentVersion = currentVersion;
  }
}
