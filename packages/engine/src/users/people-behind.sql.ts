import { type Database, Prisma } from "@drumline/db";

import { includesRole, type Role, ROLES } from "../tokens/role.ts";
import { loadUser } from "./users.sql.ts";

const LONGEST_CHAIN = 10;

/** Whether a name that decided something is another person than the one who is to confirm it. */
export type Told = "other" | "same" | "unknown";

/**
 * Tells names apart from a user, who is looked at again: null where they may not sign in any more, or have a lower role. A
 * name is another person where the users behind it are known and the user is none of them.
 */
export async function tellApart(
  db: Database,
  names: readonly string[],
  { from, role }: { readonly from: string; readonly role: Role },
): Promise<ReadonlyMap<string, Told> | null> {
  const user = await loadUser(db, from);
  if (user === null || user.name !== from || user.disabledAt !== null || !includesRole(user.role, role)) return null;
  const people = await loadPeopleBehind(db, names);
  return new Map([...people].map(([name, behind]) => [name, judge(behind, from)]));
}

function judge(behind: ReadonlySet<string>, user: string): Told {
  if (behind.size === 0) return "unknown";
  return behind.has(user) ? "same" : "other";
}

/**
 * The users behind names as they stand in audits: a user's own, and of a token's whoever made it or gave it another secret,
 * since they may have kept that. Nobody for a name of which no user is known, such as API_ADMIN_TOKEN, which anybody may hold.
 */
async function loadPeopleBehind(
  db: Database,
  names: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const rows = await db.$queryRaw<{ asked: string; person: string }[]>(Prisma.sql`
    WITH RECURSIVE behind(asked, name, steps) AS (
      SELECT asked, asked, 0 FROM unnest(${[...names]}::text[]) asked
      UNION
      SELECT behind.asked, holder.name, behind.steps + 1
      FROM behind
      CROSS JOIN LATERAL (
        SELECT token.created_by AS name FROM api_token token WHERE token.name = behind.name
        UNION
        SELECT event.actor FROM security_event event WHERE event.kind = 'TOKEN_ROTATED' AND event.subject = behind.name
      ) holder
      WHERE holder.name IS NOT NULL AND behind.steps < ${LONGEST_CHAIN}
    )
    SELECT DISTINCT behind.asked, account.name AS person
    FROM behind JOIN api_user account ON lower(account.name) = lower(behind.name)`);
  const people = new Map(names.map((name) => [name, new Set<string>()]));
  for (const { asked, person } of rows) people.get(asked)!.add(person);
  return people;
}

/** Users who may sign in and have the role or a higher one, but the one; by name. */
export async function loadOthersWhoMay(
  db: Database,
  { role, but, limit }: { readonly role: Role; readonly but: string; readonly limit: number },
): Promise<string[]> {
  const roles = ROLES.filter((one) => includesRole(one, role));
  const rows = await db.$queryRaw<{ name: string }[]>(Prisma.sql`
    SELECT name FROM api_user
    WHERE disabled_at IS NULL AND role::text = ANY(${roles}::text[]) AND name <> ${but}
    ORDER BY lower(name) LIMIT ${limit}`);
  return rows.map(({ name }) => name);
}
