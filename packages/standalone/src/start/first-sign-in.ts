import type { Clock } from "@drumline/core/clock";
import type { Database } from "@drumline/db";
import {
  createPasswords,
  createSignInLink,
  createUser,
  hasUser,
  loadUser,
  loadUsers,
  type UserRow,
} from "@drumline/engine";

const BY = "drumline start";
const MOST_NAMES = 100;

/**
 * A link that signs an admin in once: one who is made where there is no user at all, else, only where `isRepeated`, the
 * first there is. Null where there is none, or nobody is to be told again.
 */
export async function createFirstSignIn(
  db: Database,
  clock: Clock,
  { isRepeated }: { isRepeated: boolean },
): Promise<{ readonly name: string; readonly token: string } | null> {
  const isFirst = !(await hasUser(db));
  if (!isFirst && !isRepeated) return null;
  const admin = isFirst ? await createAdmin(db, clock) : await findAdmin(db);
  if (admin === null) return null;
  const { token } = await createSignInLink(db, admin, { by: BY, remoteAddr: null, now: clock.now() });
  return { name: admin.name, token };
}

/** Tokens have names too, and one may be called admin already. */
async function createAdmin(db: Database, clock: Clock): Promise<UserRow> {
  const context = { db, passwords: createPasswords(), now: clock.now(), by: BY, remoteAddr: null };
  const isTaken = async (name: string) =>
    (await loadUser(db, name)) !== null || (await db.apiToken.count({ where: { name } })) > 0;
  let name = "admin";
  for (let no = 2; await isTaken(name); no += 1) name = `admin-${no}`;
  return createUser(context, { name, role: "admin" });
}

async function findAdmin(db: Database): Promise<UserRow | null> {
  const users = await loadUsers(db, { disabled: false }, null, MOST_NAMES);
  const admins = users.filter(({ role }) => role === "admin");
  return admins.toSorted((left, right) => left.createdAt.getTime() - right.createdAt.getTime())[0] ?? null;
}
