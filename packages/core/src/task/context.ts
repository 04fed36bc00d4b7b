import type { Clock } from "../clock/index.ts";
import type { Log } from "../log/index.ts";
import type { TaskDefinition, ArgsOf } from "./define-task.ts";
import type { JsonObject } from "./json.ts";

/** Which run a handler is doing, and which try this is. */
export interface RunIdentity {
  /** Also the idempotency key for anything a run does outside. */
  readonly id: string;
  readonly task: string;
  /** 1 on the first try. */
  readonly attempt: number;
  /** The instant the schedule meant, for a helper that of the run it helps; null for manual starts. */
  readonly dueAt: Date | null;
  /** Set when this run is one of several that share a bigger run's work. */
  readonly chunk: { readonly no: number; readonly parentId: string } | null;
}

/** One record that could not be done; the others went on. */
export interface RecordProblem {
  readonly recordId: string;
  readonly error: string;
}

/** All a handler may touch. Time comes from `clock`, the outside world from `gateways`, the end from `signal`. */
export interface TaskContext<Args, Gateways, Db> {
  readonly args: Args;
  readonly db: Db;
  readonly gateways: Gateways;
  readonly clock: Clock;
  /** Lines are kept with the run. */
  readonly log: Log;
  /** Aborted on timeout, cancellation, lost lease and shutdown: stop at the next safe point. */
  readonly signal: AbortSignal;
  readonly run: RunIdentity;
  /** Say what would be done, and do nothing. */
  readonly dryRun: boolean;
  /** Records this run may take; null for no limit. */
  readonly limit: number | null;
  /** Shown beside the run while it works. */
  progress(done: number, total?: number): void;
  /** Keeps a failed record with the run; bounded, so a page of bad records cannot flood the ledger. */
  reportProblem(problem: RecordProblem): void;
  /**
   * Asks for up to `count` more runs of the same task and arguments beside this one, so that the work spreads over all
   * workers, each taking its share by claims; answers how many come. Once per run: later tries, helpers, limited and dry
   * runs get none. A helper that is told to wait (`Snooze`) while another of them is still open ends instead.
   */
  askForHelpers(count: number): Promise<number>;
}

/** Counts, and in a dry run the list of what would be done; kept as the run's result. */
export type TaskResult = JsonObject;

export type TaskHandler<Definition extends TaskDefinition, Gateways, Db> = (
  context: TaskContext<ArgsOf<Definition>, Gateways, Db>,
) => Promise<TaskResult>;

/** A handler for every built definition of a catalogue: one that is missing, or too many, does not compile. */
export type HandlersFor<Catalogue extends Readonly<Record<string, TaskDefinition>>, Gateways, Db> = {
  readonly [Name in keyof Catalogue as Catalogue[Name]["built"] extends true ? Name : never]: TaskHandler<
    Catalogue[Name],
    Gateways,
    Db
  >;
};
