import { isIP } from "node:net";

/** Each way to a database over which logins and data travel readable: a warning, since a private network may be meant. */
export function findPlainText(urls: { readonly databaseUrl: string; readonly redisUrl: string | null }): string[] {
  const warnings: string[] = [];
  const database = new URL(urls.databaseUrl);
  const sslmode = database.searchParams.get("sslmode") ?? database.searchParams.get("ssl");
  if (isElsewhere(database) && (sslmode === null || ["disable", "false", "0"].includes(sslmode)))
    warnings.push(
      `PostgreSQL at ${database.host} is spoken to in plain text. Cure: ?sslmode=verify-full behind DATABASE_URL.`,
    );
  const redis = urls.redisUrl === null ? null : new URL(urls.redisUrl);
  if (redis !== null && redis.protocol === "redis:" && isElsewhere(redis) && !redis.searchParams.has("tls"))
    warnings.push(`Redis at ${redis.host} is spoken to in plain text. Cure: rediss:// in REDIS_URL.`);
  return warnings;
}

/** Beyond this machine: a name without a dot is a container beside us, or the name of Sentinel's master. */
function isElsewhere({ hostname, searchParams }: URL): boolean {
  const host = (searchParams.get("host") ?? hostname).replace(/^\[|\]$/g, "");
  if (host === "" || host.startsWith("/") || host === "::1" || host.startsWith("127.")) return false;
  return isIP(host) !== 0 || (host.includes(".") && !host.endsWith(".localhost"));
}
