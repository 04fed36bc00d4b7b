import type { JsonValue } from "@drumline/core/task";
import type { Database, Transaction } from "@drumline/db";
import {
  closeProblems,
  closeUnseenProblems,
  findNews,
  type NewProblem,
  openProblems,
  type ProblemAction,
} from "@drumline/problems";

import { groupBy } from "../group-by.ts";
import { IMPORT_PROBLEMS, type ImportProblemCode } from "./import-problem-kinds.ts";

/** What was wrong with a record, and the record as it came. */
export interface ImportProblem {
  readonly remoteId: string;
  readonly code: ImportProblemCode;
  readonly error: string;
  readonly payload: JsonValue;
  readonly actions?: readonly ProblemAction[];
}

const KINDS = Object.values(IMPORT_PROBLEMS);

/** Problems that were not reported before: not open yet, or with another reason. */
export async function findNewProblems(
  db: Database | Transaction,
  source: string,
  problems: readonly ImportProblem[],
): Promise<ImportProblem[]> {
  const news = await findNews(
    db,
    problems.map((problem) => ({ ...toProblem(source, problem), problem })),
  );
  return news.map(({ problem }) => problem);
}

/** A record has one problem, its latest: another one that is open of it is closed. */
export async function saveProblems(
  tx: Database | Transaction,
  source: string,
  problems: readonly ImportProblem[],
  at: Date,
): Promise<void> {
  if (problems.length === 0) return;
  const latest = [...new Map(problems.map((problem) => [problem.remoteId, problem])).values()];
  for (const [code, ids] of groupBy(latest, (problem) => problem.code)) {
    const kind = KINDS.filter(({ name }) => name !== code);
    const subjects = ids.map(({ remoteId }) => toSubject(source, remoteId));
    await closeProblems(tx, { kind, subjects, reason: `now it is another problem: ${code}`, at });
  }
  await openProblems(
    tx,
    latest.map((problem) => toProblem(source, problem)),
    at,
  );
}

/** Closes the problems of records that are good now. */
export async function resolveProblems(
  tx: Transaction,
  source: string,
  remoteIds: readonly string[],
  at: Date,
): Promise<void> {
  const subjects = remoteIds.map((remoteId) => toSubject(source, remoteId));
  await closeProblems(tx, { kind: KINDS, subjects, reason: "a version of the record was taken in", at });
}

/** Those of a source that were last seen before then. */
export async function resolveOlderProblems(db: Database, source: string, before: Date, at: Date): Promise<void> {
  const reason = "the task has got by it";
  await closeUnseenProblems(db, { kind: KINDS, subjectType: source, before, reason, at });
}

function toProblem(source: string, { remoteId, code, error, payload, actions = [] }: ImportProblem): NewProblem {
  const subject = toSubject(source, remoteId);
  return { kind: IMPORT_PROBLEMS[code], subject, reason: error, detail: { record: payload }, actions };
}

const toSubject = (source: string, remoteId: string) => ({ type: source, key: remoteId });
