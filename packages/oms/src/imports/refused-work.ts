import type { TaskContext } from "@drumline/core/task";
import { commitApart, type Database, toRefusalText } from "@drumline/db";

import { resolveOlderProblems, saveProblems } from "./import-problem.ts";

interface ClaimedWork<Done> {
  /** What people call what has these ids, such as `order R1`: an id of ours they find nowhere. */
  readonly namesOf: (ids: readonly bigint[]) => Promise<ReadonlyMap<bigint, string>>;
  /** In a transaction of its own; ends the claims of what it was given. */
  readonly work: (ids: readonly bigint[]) => Promise<Done>;
  /** Ends the claims of those that were refused. */
  readonly release: (refused: readonly Refused[]) => Promise<void>;
}

interface Refused {
  readonly id: bigint;
  readonly error: string;
}

/**
 * Works on a claimed batch in one transaction. Where the database refuses it for its data, in parts, until the guilty ones
 * are alone: those are given back, reported, and recorded as import problems of the task until it gets by them.
 */
export async function isolateRefused<Done>(
  { db, run, clock, reportProblem }: TaskContext<object, unknown, Database>,
  claimed: readonly bigint[],
  { namesOf, work, release }: ClaimedWork<Done>,
): Promise<Done[]> {
  const done: Done[] = [];
  const committed = await commitApart(claimed, async (ids) => {
    done.push(await work(ids));
    return ids;
  });
  const refused = claimed.flatMap((id, index): Refused[] => {
    const outcome = committed[index]!;
    return outcome.isCommitted ? [] : [{ id, error: `it cannot be stored: ${toRefusalText(outcome.error)}` }];
  });
  if (refused.length === 0) return done;
  await release(refused);
  const names = await namesOf(refused.map(({ id }) => id));
  const named = refused.flatMap(({ id, error }) => {
    const name = names.get(id);
    return name === undefined ? [] : [{ name, error }];
  });
  await saveProblems(
    db,
    run.task,
    named.map(({ name, error }) => ({ remoteId: name, code: "REFUSED_BY_DATABASE", error, payload: {} })),
    clock.now(),
  );
  for (const { name, error } of named) reportProblem({ recordId: name, error });
  return done;
}

/** Once a run has been through all there was: what it was not refused again is no problem any more. */
export async function resolveRefusals(
  { db, run, limit, clock }: TaskContext<object, unknown, Database>,
  startedAt: Date,
): Promise<void> {
  if (run.chunk === null && limit === null) await resolveOlderProblems(db, run.task, startedAt, clock.now());
}
