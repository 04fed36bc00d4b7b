import { readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** PostgreSQL refuses to run as root, so root starts it as somebody else. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

const NOBODY: ServerUser = { uid: 65_534, gid: 65_534 };

/** Whom to start the server as: null means as ourselves. An existing cluster is run by the user it belongs to. */
export function pickServerUser(cluster: string): ServerUser | null {
  if (process.getuid?.() !== 0) return null;
  const owner = statSync(cluster, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return findUser("postgres") ?? findUser("nobody") ?? NOBODY;
}

function findUser(name: string): ServerUser | null {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(":") ?? [];
  return uid && gid && Number(uid) > 0 ? { uid: Number(uid), gid: Number(gid) } : null;
}

/** The folder on the way to `path` that the user may not enter, or null where the way is free. */
export function findBarrier(path: string, user: ServerUser | null): string | null {
  if (user === null) return null;
  const folder = dirname(path);
  if (folder === path) return null;
  const stats = statSync(folder, { throwIfNoEntry: false });
  return stats && !mayEnter(stats, user) ? folder : findBarrier(folder, user);
}

export function mayRun(program: string, user: ServerUser | null): boolean {
  const stats = statSync(program, { throwIfNoEntry: false });
  return stats !== undefined && (user === null || (mayEnter(stats, user) && findBarrier(program, user) === null));
}

function mayEnter({ mode, uid, gid }: { mode: number; uid: number; gid: number }, user: ServerUser): boolean {
  if (uid === user.uid) return (mode & 0o100) !== 0;
  if (gid === user.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}
