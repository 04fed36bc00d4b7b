import { BlockList, isIP } from "node:net";

import { normalizeIP } from "@fastify/rate-limit";
import type { FastifyRequest } from "fastify";

/**
 * The address a request came from: the peer's, or what a proxy of `API_TRUSTED_PROXIES` says (the last address in
 * X-Forwarded-For that is not such a proxy itself), without the port that some proxies add.
 */
export function clientAddressOf({ ip }: Pick<FastifyRequest, "ip">): string {
  const [, bracketed, v4] = /^(?:\[([^\]]+)\]|([\d.]+))(?::\d{1,5})?$/.exec(ip) ?? [];
  const address = bracketed ?? v4 ?? ip;
  return /^::ffff:([\d.]+)$/i.exec(address)?.[1] ?? address;
}

/** Whom tries are counted for: an IPv6 client has a whole /64 to come from. */
export const networkOf = (request: Pick<FastifyRequest, "ip">): string => normalizeIP(clientAddressOf(request));

/**
 * Addresses and networks of proxies, as in `127.0.0.1, 10.0.0.0/8, fd00::/8`.
 * @throws naming every one that is neither
 */
export function parseTrustedProxies(raw: string): readonly string[] {
  const proxies = raw
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
  const wrong = proxies.filter((proxy) => !isNetwork(proxy));
  if (wrong.length > 0)
    throw new Error(`expected addresses and networks such as 10.0.0.0/8, but ${wrong.join(", ")} is neither`);
  return proxies;
}

function isNetwork(text: string): boolean {
  const [, address = "", prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const family = isIP(address);
  if (family === 0) return false;
  // A network of everything would let anybody choose the address they come from.
  const bits = Number(prefix ?? (family === 4 ? 32 : 128));
  try {
    new BlockList().addSubnet(address, bits, family === 4 ? "ipv4" : "ipv6");
    return bits > 0;
  } catch {
    return false;
  }
}
