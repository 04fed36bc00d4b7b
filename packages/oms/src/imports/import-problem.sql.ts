import { type Database, Prisma, type Transaction } from "@drumline/db";

import type { ImportProblem } from "./import-problem.ts";

/** Problems that were not reported before: not recorded yet, resolved since, or different from what is recorded. */
export async function findNewProblems(
  db: Database | Transaction,
  source: string,
  problems: readonly ImportProblem[],
): Promise<ImportProblem[]> {
  if (problems.length === 0) return [];
  const open = await db.$queryRaw<{ remoteId: string; code: string; error: string }[]>(Prisma.sql`
    SELECT remote_id AS "remoteId", code, error FROM import_problem
    WHERE source = ${source} AND remote_id = ANY(${problems.map(({ remoteId }) => remoteId)}::text[])
      AND resolved_at IS NULL`);
  const known = new Set(open.map(({ remoteId, code, error }) => `${remoteId} ${code} ${error}`));
  return problems.filter(({ remoteId, code, error }) => !known.has(`${remoteId} ${code} ${error}`));
}

/** One row per record: its latest problem, open again if it was resolved. */
export async function saveProblems(
  tx: Database | Transaction,
  source: string,
  problems: readonly ImportProblem[],
  at: Date,
): Promise<void> {
  if (problems.length === 0) return;
  const rows = [...new Map(problems.map((problem) => [problem.remoteId, problem])).values()].map(
    ({ remoteId, ...problem }) => ({ remote_id: remoteId, ...problem }),
  );
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO import_problem (source, remote_id, code, error, payload, first_seen_at, last_seen_at)
    SELECT ${source}, remote_id, code, error, payload, ${at}, ${at}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS problem(remote_id text, code text, error text, payload jsonb)
    ORDER BY remote_id
    ON CONFLICT (source, remote_id) DO UPDATE SET
      code = excluded.code, error = excluded.error, payload = excluded.payload,
      last_seen_at = excluded.last_seen_at, resolved_at = NULL`);
}

/** Marks open problems of records that are good now. */
export async function resolveProblems(
  tx: Transaction,
  source: string,
  remoteIds: readonly string[],
  at: Date,
): Promise<void> {
  if (remoteIds.length === 0) return;
  await tx.$executeRaw(Prisma.sql`
    UPDATE import_problem SET resolved_at = ${at}
    WHERE source = ${source} AND remote_id = ANY(${[...remoteIds]}::text[]) AND resolved_at IS NULL`);
}

/** Those of a source that were last seen before then. */
export async function resolveOlderProblems(db: Database, source: string, before: Date, at: Date): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    UPDATE import_problem SET resolved_at = ${at}
    WHERE source = ${source} AND resolved_at IS NULL AND last_seen_at < ${before}`);
}
