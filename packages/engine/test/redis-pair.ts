import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Redis } from "ioredis";

/** A primary, its replica, an address that can be switched between them, and a sentinel if wanted. */
export interface RedisPair {
  /** Of an address that leads to one of the two, as a DNS name or a service does. */
  readonly url: string;
  readonly sentinelUrl: string;
  /** Makes the replica the primary and the primary its replica, leaves every open connection alone, and switches the address. */
  failOver(options?: { readonly isAddressSwitched: boolean }): Promise<void>;
  /** Where new connections go from now on. */
  switchAddress(): void;
  /** Ends the primary by kill -9 and starts it on what it has saved, which it reads for some seconds before it serves. */
  restartLoading(): Promise<void>;
  /** Ends every blocking call of the primary's clients with an error, as a server does that becomes a replica; how many. */
  endBlockingCalls(): Promise<number>;
  /** What Sentinel itself does when it is asked to. */
  failOverBySentinel(): Promise<void>;
  close(): Promise<void>;
}

const PASSWORD = "p@ss/w:rd#1%";
/** With a millisecond for each, loading them takes three seconds. */
const FILLING_KEYS = 3_000;
const LOADS_SLOWLY = ["--key-load-delay", "1000", "--loading-process-events-interval-bytes", "1024"];

export async function startRedisPair({ isWatched }: { readonly isWatched: boolean }): Promise<RedisPair> {
  const dir = mkdtempSync(join(tmpdir(), "drumline-pair-"));
  const children: ChildProcess[] = [];
  const [primary, replica, sentinel] = [await freePort(), await freePort(), await freePort()];
  const launch = (name: string, flags: readonly string[]) => {
    const child = spawn("redis-server", [join(dir, `${name}.conf`), ...flags], { stdio: "ignore" });
    children.push(child);
    return child;
  };
  const start = async (name: string, port: number, config: readonly string[], flags: readonly string[] = []) => {
    const own = name === "sentinel" ? [] : [`dbfilename ${name}.rdb`];
    writeFileSync(
      join(dir, `${name}.conf`),
      [`port ${port}`, "bind 127.0.0.1", `dir ${dir}`, ...own, ...config].join("\n"),
    );
    const child = launch(name, flags);
    await ask(port, name === "sentinel" ? null : PASSWORD, (redis) => redis.ping());
    return child;
  };
  const server = [`requirepass "${PASSWORD}"`, `masterauth "${PASSWORD}"`, 'save ""', "repl-diskless-sync-delay 0"];
  const first = await start("primary", primary, server);
  await start("replica", replica, [...server, `replicaof 127.0.0.1 ${primary}`]);
  await ask(replica, PASSWORD, async (redis) => {
    while (!/master_link_status:up/.test(await redis.info("replication"))) await redis.ping();
  });
  if (isWatched)
    await start(
      "sentinel",
      sentinel,
      [
        `sentinel monitor mymaster 127.0.0.1 ${primary} 1`,
        `sentinel auth-pass mymaster ${PASSWORD}`,
        "sentinel down-after-milliseconds mymaster 1000",
        "sentinel failover-timeout mymaster 5000",
      ],
      ["--sentinel"],
    );
  const address = await openAddress(primary);
  const login = `:${encodeURIComponent(PASSWORD)}@`;
  return {
    url: `redis://${login}127.0.0.1:${address.port}`,
    sentinelUrl: `redis://${login}mymaster?sentinels=127.0.0.1:${sentinel}`,
    failOver: async ({ isAddressSwitched } = { isAddressSwitched: true }) => {
      await ask(replica, PASSWORD, (redis) => redis.replicaof("NO", "ONE"));
      await ask(primary, PASSWORD, (redis) => redis.replicaof("127.0.0.1", replica));
      if (isAddressSwitched) address.leadTo(replica);
    },
    switchAddress: () => address.leadTo(replica),
    restartLoading: async () => {
      await ask(primary, PASSWORD, async (redis) => {
        const filling = Array.from({ length: FILLING_KEYS }, (_, index) => [`filling:${index}`, "x"]).flat();
        await redis.mset(...filling);
        await redis.save();
      });
      first.kill("SIGKILL");
      await once(first, "exit");
      launch("primary", LOADS_SLOWLY);
      await untilItSays(primary, /^LOADING /);
    },
    endBlockingCalls: () =>
      ask(primary, PASSWORD, async (redis) => {
        const clients = String(await redis.client("LIST")).split("\n");
        const blocked = clients.filter((line) => / flags=\S*b/.test(line)).map((line) => /\bid=(\d+)/.exec(line)![1]!);
        for (const id of blocked) await redis.client("UNBLOCK", id, "ERROR");
        return blocked.length;
      }),
    failOverBySentinel: () =>
      ask(sentinel, null, async (redis) => {
        // It has to have met the replica first.
        while (!/slaves=1/.test(await redis.info("sentinel"))) await redis.ping();
        await redis.call("SENTINEL", "FAILOVER", "mymaster");
      }),
    close: async () => {
      address.close();
      for (const child of children) {
        child.kill("SIGKILL");
        if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      }
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Until a command is refused with such words. */
async function untilItSays(port: number, words: RegExp): Promise<void> {
  const refusal = () =>
    ask(port, PASSWORD, (redis) => redis.get("any")).then(
      () => "",
      (error: Error) => error.message,
    );
  while (!words.test(await refusal()));
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

async function ask<Answer>(port: number, password: string | null, question: (redis: Redis) => Promise<Answer>) {
  const redis = new Redis({
    port,
    host: "127.0.0.1",
    ...(password === null ? {} : { password }),
    enableReadyCheck: false,
  });
  redis.on("error", () => {});
  try {
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}

/** Carries bytes to wherever it leads when a connection begins; those that are open stay where they are. */
async function openAddress(first: number): Promise<{ port: number; leadTo(port: number): void; close(): void }> {
  let target = first;
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) =>
    sockets.add(socket.on("error", () => {}).once("close", () => sockets.delete(socket)));
  const server: Server = createServer((socket) => {
    const far = connect(target, "127.0.0.1");
    keep(socket);
    keep(far);
    socket.pipe(far).pipe(socket);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    port: (server.address() as { port: number }).port,
    leadTo: (port) => void (target = port),
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
