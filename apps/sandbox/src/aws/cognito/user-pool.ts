import { AwsError } from "../aws-error.ts";

export interface PoolUser {
  readonly username: string;
  readonly sub: string;
  readonly email: string | null;
  /** `custom:platform`. */
  readonly platform: string | null;
  readonly enabled: boolean;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
}

/** Its users have numbers that only grow, so that paging holds its place while others come and go. */
export interface UserPool {
  replaceAll(users: readonly PoolUser[]): void;
  add(user: PoolUser): void;
  /** Throws UserNotFoundException. */
  get(username: string): PoolUser;
  change(username: string, change: Partial<PoolUser>): void;
  remove(username: string): void;
  /** Users after the number, at most `limit` of those that `fits` takes, and the number to go on after; null at the end. */
  page(after: number, limit: number, fits: (user: PoolUser) => boolean): { users: PoolUser[]; next: number | null };
  list(): PoolUser[];
}

export function createUserPool(): UserPool {
  let bySequence: { no: number; user: PoolUser }[] = [];
  let byName = new Map<string, { no: number; user: PoolUser }>();
  let lastNo = 0;

  const find = (username: string) => {
    const found = byName.get(username.toLowerCase());
    if (found === undefined) throw new AwsError("UserNotFoundException", "User does not exist.");
    return found;
  };
  const add = (user: PoolUser) => {
    const name = user.username.toLowerCase();
    if (byName.has(name)) throw new AwsError("UsernameExistsException", "User account already exists");
    const entry = { no: (lastNo += 1), user };
    bySequence.push(entry);
    byName.set(name, entry);
  };

  return {
    replaceAll: (users) => {
      bySequence = [];
      byName = new Map();
      users.forEach(add);
    },
    add,
    get: (username) => find(username).user,
    change: (username, change) => {
      const entry = find(username);
      entry.user = { ...entry.user, ...change };
    },
    remove: (username) => {
      const { no } = find(username);
      byName.delete(username.toLowerCase());
      bySequence.splice(firstAfter(bySequence, no - 1), 1);
    },
    page: (after, limit, fits) => {
      const users: PoolUser[] = [];
      for (let index = firstAfter(bySequence, after); index < bySequence.length; index += 1) {
        const { no, user } = bySequence[index]!;
        if (!fits(user)) continue;
        users.push(user);
        const isLast = index === bySequence.length - 1;
        if (users.length === limit) return { users, next: isLast ? null : no };
      }
      return { users, next: null };
    },
    list: () => bySequence.map(({ user }) => user),
  };
}

function firstAfter(entries: readonly { no: number }[], after: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (entries[middle]!.no <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}
