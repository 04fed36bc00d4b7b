import { BlockList, isIPv4, isIPv6, SocketAddress } from "node:net";

/** Where a webhook must not go, by the special-purpose registries of IANA (RFC 6890) and the clouds' metadata hosts. */
const FORBIDDEN_V4: readonly (readonly [network: string, prefix: number, what: string])[] = [
  ["0.0.0.0", 8, "this network"],
  ["10.0.0.0", 8, "private"],
  ["100.64.0.0", 10, "carrier-grade NAT"],
  ["127.0.0.0", 8, "loopback"],
  ["168.63.129.16", 32, "cloud metadata"],
  ["169.254.0.0", 16, "link-local"],
  ["172.16.0.0", 12, "private"],
  ["192.0.0.0", 24, "protocol assignments"],
  ["192.0.2.0", 24, "documentation"],
  ["192.31.196.0", 24, "AS112"],
  ["192.52.193.0", 24, "AMT"],
  ["192.88.99.0", 24, "6to4 relay"],
  ["192.168.0.0", 16, "private"],
  ["192.175.48.0", 24, "AS112"],
  ["198.18.0.0", 15, "benchmarking"],
  ["198.51.100.0", 24, "documentation"],
  ["203.0.113.0", 24, "documentation"],
  ["224.0.0.0", 4, "multicast"],
  ["240.0.0.0", 4, "reserved"],
];

/** Within the global unicast space 2000::/3; everything outside that is forbidden as a whole. */
const FORBIDDEN_V6: readonly (readonly [network: string, prefix: number, what: string])[] = [
  ["2001::", 23, "protocol assignments"],
  ["2001:db8::", 32, "documentation"],
  ["2002::", 16, "6to4"],
  ["3fff::", 20, "documentation"],
];

const listOf = (networks: readonly (readonly [string, number, string])[], family: "ipv4" | "ipv6") =>
  networks.map(([network, prefix, what]) => {
    const list = new BlockList();
    list.addSubnet(network, prefix, family);
    return { what, has: (address: string) => list.check(address, family) };
  });

const v4 = listOf(FORBIDDEN_V4, "ipv4");
const v6 = listOf(FORBIDDEN_V6, "ipv6");
const [globalUnicast] = listOf([["2000::", 3, "global unicast"]], "ipv6");

/** Why an IP address is no target for a webhook, such as "loopback"; null for an address of the public internet. */
export function forbiddenBecause(address: string): string | null {
  if (isIPv4(address)) return v4.find(({ has }) => has(address))?.what ?? null;
  if (!isIPv6(address)) return "not an IP address";
  // Written out by the platform's own parser, so that ::ffff:a00:1 and ::ffff:10.0.0.1 are one; a zone (%eth0) is link-local's.
  if (address.includes("%")) return "link-local";
  const groups = groupsOf(new SocketAddress({ address, family: "ipv6" }).address);
  const inner = embeddedV4(groups);
  if (inner !== null) return forbiddenBecause(inner) ?? (isNat64(groups) ? null : "IPv4 in IPv6");
  if (!globalUnicast!.has(address)) return "not global unicast";
  return v6.find(({ has }) => has(address))?.what ?? null;
}

/** IPv4-mapped and NAT64 addresses lead to the IPv4 address in their last 32 bits. */
function embeddedV4(groups: readonly number[]): string | null {
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (!isMapped && !isNat64(groups)) return null;
  const [high, low] = [groups[6]!, groups[7]!];
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".");
}

const NAT64 = [0x64, 0xff9b, 0, 0, 0, 0];
const isNat64 = (groups: readonly number[]): boolean => NAT64.every((group, index) => groups[index] === group);

/** The eight numbers of an IPv6 address. */
function groupsOf(address: string): number[] {
  const hex = address.replace(/\d+\.\d+\.\d+\.\d+$/, (dotted) => {
    const [a, b, c, d] = dotted.split(".").map(Number) as [number, number, number, number];
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [head = "", tail = ""] = hex.split("::");
  const parse = (part: string) => (part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16)));
  const [left, right] = [parse(head), parse(tail)];
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}
