import { type Database, Prisma, type Transaction } from "@drumline/db";
import type { CognitoUser } from "@drumline/outbound/aws";

import type { ViewRow } from "../evaluate-user.ts";
import { foldName, isSamePlatform } from "../fold-name.ts";

type Key = Pick<CognitoUser, "username" | "email">;
type FoundRow = Omit<ViewRow, "matchedBy"> & { readonly email: string | null };

/** The same in every locale: letters beyond ASCII stay as they are, and are compared here. */
const asciiKey = (column: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`lower(btrim(${column}, E' \\t\\n\\v\\f\\r') COLLATE "C")`;
const isBeyondAscii = (column: Prisma.Sql): Prisma.Sql => Prisma.sql`octet_length(${column}) <> char_length(${column})`;
/** A row that the database cannot tell whom it is about. */
const OF_NO_KEY = -1;
const columns = Prisma.sql`view.platform, view.username, view.email, view.enabled, view.last_login_at AS "lastLoginAt"`;

/**
 * The rows of aws_user_view about each of the users, in the users' order, by `foldName` of names and addresses. The database
 * only finds what may be meant: names of ASCII by an index, and the others all, which are few.
 */
export async function loadViewRows(db: Database | Transaction, users: readonly Key[]): Promise<ViewRow[][]> {
  const keys = users.map(({ username, email }, no) => ({
    no,
    username: foldName(username),
    email: email === null ? null : foldName(email),
  }));
  const rows = await db.$queryRaw<(FoundRow & { no: number })[]>(Prisma.sql`
    WITH key AS MATERIALIZED (
      SELECT no, username, email FROM jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) AS key(no int, username text, email text)
    )
    SELECT no, ${columns} FROM key JOIN aws_user_view view ON ${asciiKey(Prisma.sql`view.username`)} = key.username
    UNION
    SELECT no, ${columns} FROM key JOIN aws_user_view view ON ${asciiKey(Prisma.sql`view.email`)} = key.email
    UNION ALL
    SELECT ${OF_NO_KEY}::int, ${columns} FROM aws_user_view view
    WHERE ${isBeyondAscii(Prisma.sql`view.username`)} OR ${isBeyondAscii(Prisma.sql`view.email`)}`);
  const others = rows.flatMap(({ no, ...row }) => (no === OF_NO_KEY ? [row] : []));
  const byName = groupBy(others, ({ username }) => username);
  const byEmail = groupBy(others, ({ email }) => email);
  const found = keys.map(({ username, email }) => [
    ...(byName.get(username) ?? []),
    ...(email === null ? [] : (byEmail.get(email) ?? [])),
  ]);
  for (const { no, ...row } of rows) if (no !== OF_NO_KEY) found[no]!.push(row);
  return found.map((ofKey, no) => toViewRows(ofKey, keys[no]!.username));
}

/** Each row once, and whether it is known by its name or only by its address. */
function toViewRows(rows: readonly FoundRow[], name: string): ViewRow[] {
  const once = new Map(rows.map((row) => [JSON.stringify([row.platform, row.username]), row]));
  return [...once.values()].map(({ email: _email, ...row }) => ({
    ...row,
    matchedBy: foldName(row.username) === name ? "username" : "email",
  }));
}

function groupBy(rows: readonly FoundRow[], keyOf: (row: FoundRow) => string | null): Map<string, FoundRow[]> {
  const groups = new Map<string, FoundRow[]>();
  for (const row of rows) {
    const key = keyOf(row);
    if (key === null) continue;
    const folded = foldName(key);
    groups.set(folded, [...(groups.get(folded) ?? []), row]);
  }
  return groups;
}

export async function countInView(db: Database | Transaction, platform: string): Promise<number> {
  const counts = await db.$queryRaw<{ platform: string; rows: number }[]>(
    Prisma.sql`SELECT platform, count(*)::int AS rows FROM aws_user_view GROUP BY platform`,
  );
  return counts.filter((count) => isSamePlatform(count.platform, platform)).reduce((sum, { rows }) => sum + rows, 0);
}
