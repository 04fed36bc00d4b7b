import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Log } from "@drumline/core/log";
import { EmbeddedDatabaseFailed } from "./errors.ts";

export interface ClusterPlace {
  /** Ours: secrets, the log, the lock. */
  readonly folder: string;
  /** The server's own data directory, inside the folder. */
  readonly cluster: string;
  readonly user: ServerUser | null;
}

export const SYSTEM_FOLDER = "/var/lib/drumline";

/**
 * `<dataDir>/postgres`, or, for root in a folder that the server's user may not enter, a folder of its own under
 * /var/lib/drumline. A place that already holds data is never left for the other one.
 */
export function pickPlace(dataDir: string, log: Log): ClusterPlace {
  const { near, far } = placesFor(dataDir);
  const barrier = findBarrier(near.cluster, near.user);
  const isNearBest = near.user === null || isInitialised(near) || !isInitialised(far);
  if (barrier === null && isNearBest) return prepare(near);
  if (isInitialised(near)) {
    throw new EmbeddedDatabaseFailed(
      "PostgreSQL",
      `its data is in ${near.cluster}, but user id ${near.user?.uid}, who runs it for root, may not enter ${barrier}; ` +
        `run chmod o+x ${barrier}, or run Drumline as the owner of that folder`,
    );
  }
  log.info(
    { folder: far.folder, barrier },
    "embedded PostgreSQL keeps its data outside the project, where its user may enter",
  );
  prepare(far);
  // For whoever wonders, years later, whose data this is.
  writeFileSync(join(dirname(far.folder), "belongs-to"), `${resolve(dataDir)}\n`);
  return far;
}

export function placesFor(dataDir: string): { near: ClusterPlace; far: ClusterPlace } {
  const path = resolve(dataDir);
  return { near: toPlace(join(path, "postgres")), far: toPlace(join(SYSTEM_FOLDER, hashOf(path), "postgres")) };
}

/** Whether the embedded PostgreSQL could keep its data there: root starts it as another user, who must get in. */
export function canHoldCluster(dataDir: string): boolean {
  const cluster = join(resolve(dataDir), "postgres", "cluster");
  return findBarrier(cluster, pickServerUser(cluster)) === null;
}

export function isInitialised({ cluster }: Pick<ClusterPlace, "cluster">): boolean {
  return existsSync(join(cluster, "PG_VERSION"));
}

function toPlace(folder: string): ClusterPlace {
  const cluster = join(folder, "cluster");
  return { folder, cluster, user: pickServerUser(cluster) };
}

function prepare(place: ClusterPlace): ClusterPlace {
  try {
    const firstMade = mkdirSync(place.folder, { recursive: true });
    // The server's user passes through what we made, whatever our umask; what is secret has a mode of its own.
    if (firstMade) openPath(place.folder, firstMade);
    return place;
  } catch (error) {
    throw new EmbeddedDatabaseFailed(
      "PostgreSQL",
      `${place.folder} cannot be made; make its parent writable, or set DATABASE_URL`,
      error,
    );
  }
}

function openPath(from: string, upTo: string): void {
  chmodSync(from, 0o755);
  if (from !== upTo && from !== dirname(from)) openPath(dirname(from), upTo);
}

function hashOf(path: string): string {
  return createHash("sha256").update(path).digest("hex").slice(0, 16);
}

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
