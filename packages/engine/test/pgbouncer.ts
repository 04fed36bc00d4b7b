import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { untilTrue } from "@drumline/testing";

import { freePort } from "./redis-pair.ts";

/** A PgBouncer before a server, in transaction mode with fewer connections than clients. */
export interface PgBouncer {
  /** The same database, through it. */
  through(url: string): string;
  close(): Promise<void>;
}

/** Null where none is installed (Debian: apt-get install pgbouncer). */
export function findPgBouncer(): string | null {
  try {
    return /PgBouncer ([\d.]+)/.exec(execFileSync("pgbouncer", ["--version"], { encoding: "utf8" }))?.[1] ?? null;
  } catch {
    return null;
  }
}

const NOBODY = 65_534;

export async function startPgBouncer(serverUrl: string): Promise<PgBouncer> {
  const { hostname, port, username, password } = new URL(serverUrl);
  const dir = mkdtempSync(join(tmpdir(), "drumline-pgbouncer-"));
  const own = await freePort();
  const login = `user=${decodeURIComponent(username)} password='${decodeURIComponent(password)}'`;
  const config = join(dir, "pgbouncer.ini");
  writeFileSync(
    config,
    [
      "[databases]",
      `* = host=${hostname} port=${port || 5432} ${login}`,
      "[pgbouncer]",
      "listen_addr = 127.0.0.1",
      `listen_port = ${own}`,
      "unix_socket_dir =",
      // Whoever reaches this port of a test may come in; towards the server the login above counts.
      "auth_type = any",
      "pool_mode = transaction",
      "max_client_conn = 200",
      "default_pool_size = 3",
    ].join("\n"),
  );
  chmodSync(dir, 0o755);
  // It refuses to run as root.
  const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const child = spawn("pgbouncer", [config], { stdio: ["ignore", "ignore", "pipe"], ...identity });
  let said = "";
  child.stderr.on("data", (chunk) => (said += String(chunk)));
  await untilTrue(
    () => {
      if (child.exitCode !== null) throw new Error(`pgbouncer ended: ${said}`);
      return said.includes("process up");
    },
    { what: "pgbouncer is up" },
  );
  return {
    through: (url) => {
      const through = new URL(url);
      through.host = `127.0.0.1:${own}`;
      return through.href;
    },
    close: async () => {
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
