import type { RedisOptions } from "ioredis";

/**
 * The sentinels behind a REDIS_URL such as `redis://:password@mymaster/0?sentinels=10.0.0.1:26379,10.0.0.2:26379`, whose
 * host is the name of the master and whose login is the servers' own; `sentinelPassword` is that of the sentinels. Null
 * for the URL of a server. Throws with what was expected.
 */
export function toSentinelOptions(raw: string): RedisOptions | null {
  const url = new URL(raw);
  const list = url.searchParams.get("sentinels");
  if (list === null) return null;
  const sentinels = list.split(",").map((entry) => {
    const [, host, port] = /^\s*(\[[\da-fA-F:.]+\]|[\w.-]+)(?::(\d{1,5}))?\s*$/.exec(entry) ?? [];
    if (host === undefined) throw new Error(EXPECTED);
    return { host: host.replace(/^\[|\]$/g, ""), port: Number(port ?? SENTINEL_PORT) };
  });
  if (url.hostname === "" || url.port !== "") throw new Error(EXPECTED);
  const sentinelPassword = url.searchParams.get("sentinelPassword");
  const isTls = url.protocol === "rediss:";
  return {
    sentinels,
    name: decodeURIComponent(url.hostname),
    ...(url.username === "" ? {} : { username: decodeURIComponent(url.username) }),
    ...(url.password === "" ? {} : { password: decodeURIComponent(url.password) }),
    ...(sentinelPassword === null ? {} : { sentinelPassword }),
    db: Number(url.pathname.slice(1) || 0),
    ...(isTls ? { tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true } : {}),
    // Told by the sentinels, it leaves a master that was replaced without waiting for an error.
    failoverDetector: true,
  };
}

const SENTINEL_PORT = 26_379;
const EXPECTED =
  "expected the sentinels as host:port behind ?sentinels=, comma-separated, and the name of the master as host without a port: " +
  "redis://:password@mymaster/0?sentinels=10.0.0.1:26379,10.0.0.2:26379";
