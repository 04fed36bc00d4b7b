import { Prisma, type Transaction } from "@drumline/db";

import type { ViewRow } from "../evaluate-user.ts";

/** Keeps a login or an enabling from slipping in between the check and the deletion. */
export async function lockPlatformUsers(
  tx: Transaction,
  { username, email }: { username: string; email: string | null },
): Promise<void> {
  await tx.$queryRaw(Prisma.sql`
    SELECT id FROM platform_user
    WHERE lower(username) = lower(${username}) OR lower(email) = lower(${email}::text)
    ORDER BY id FOR UPDATE`);
}

export function deletePlatformUsers(
  tx: Transaction,
  rows: readonly Pick<ViewRow, "platform" | "username">[],
): Promise<number> {
  return tx.$executeRaw(Prisma.sql`
    DELETE FROM platform_user
    USING unnest(${rows.map(({ platform }) => platform)}::text[], ${rows.map(({ username }) => username)}::text[])
      AS given(platform, username)
    WHERE platform_user.platform = given.platform AND platform_user.username = given.username`);
}
