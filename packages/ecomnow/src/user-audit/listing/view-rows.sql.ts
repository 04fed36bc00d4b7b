import { type Database, Prisma, type Transaction } from "@drumline/db";
import type { CognitoUser } from "@drumline/outbound/aws";

import type { ViewRow } from "../evaluate-user.ts";

type Key = Pick<CognitoUser, "username" | "email">;

/** The rows of aws_user_view about each of the users, in the users' order; neither name nor address heeds case. */
export async function loadViewRows(db: Database | Transaction, users: readonly Key[]): Promise<ViewRow[][]> {
  const keys = users.map(({ username, email }, no) => ({ no, username, email }));
  const found = await db.$queryRaw<(ViewRow & { no: number })[]>(Prisma.sql`
    WITH key AS MATERIALIZED (
      SELECT no, lower(username) AS username, lower(email) AS email
      FROM jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) AS key(no int, username text, email text)
    )
    SELECT no, platform, view.username, enabled, last_login_at AS "lastLoginAt", 'username' AS "matchedBy"
    FROM key JOIN aws_user_view view ON lower(view.username) = key.username
    UNION ALL
    SELECT no, platform, view.username, enabled, last_login_at, 'email'
    FROM key JOIN aws_user_view view ON lower(view.email) = key.email AND lower(view.username) <> key.username`);
  const rows: ViewRow[][] = users.map(() => []);
  for (const { no, ...row } of found) rows[no]!.push(row);
  return rows;
}

export async function countInView(db: Database | Transaction, platform: string): Promise<number> {
  const [row] = await db.$queryRaw<{ rows: number }[]>(
    Prisma.sql`SELECT count(*)::int AS rows FROM aws_user_view WHERE upper(platform) = upper(${platform})`,
  );
  return row!.rows;
}
