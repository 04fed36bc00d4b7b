import { Prisma, type Transaction } from "@drumline/db";

import type { ViewRow } from "../evaluate-user.ts";

type UserName = Pick<ViewRow, "platform" | "username">;

const given = (rows: readonly UserName[]): Prisma.Sql => Prisma.sql`
  unnest(${rows.map(({ platform }) => platform)}::text[], ${rows.map(({ username }) => username)}::text[])
    AS given(platform, username)`;

/** Keeps a login or an enabling from slipping in between the check and the deletion. */
export async function lockPlatformUsers(tx: Transaction, rows: readonly UserName[]): Promise<void> {
  await tx.$queryRaw(Prisma.sql`
    SELECT id FROM platform_user JOIN ${given(rows)} USING (platform, username)
    ORDER BY id FOR UPDATE OF platform_user`);
}

export function deletePlatformUsers(tx: Transaction, rows: readonly UserName[]): Promise<number> {
  return tx.$executeRaw(Prisma.sql`
    DELETE FROM platform_user USING ${given(rows)}
    WHERE platform_user.platform = given.platform AND platform_user.username = given.username`);
}
