import { isIP } from "node:net";

import ipaddr from "ipaddr.js";

type Ranges<Address> = Record<string, [Address, number][]>;

const rangesOf = <Address>(
  parse: (network: string) => [Address, number],
  named: Readonly<Record<string, readonly string[]>>,
): Ranges<Address> =>
  Object.fromEntries(Object.entries(named).map(([what, networks]) => [what, networks.map((text) => parse(text))]));

/** Where no URL from a table may lead, by the special-purpose registries of IANA (RFC 6890) and the clouds' metadata hosts. */
const FORBIDDEN_V4 = rangesOf((network) => ipaddr.IPv4.parseCIDR(network), {
  "this network": ["0.0.0.0/8"],
  private: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"],
  "carrier-grade NAT": ["100.64.0.0/10"],
  loopback: ["127.0.0.0/8"],
  "cloud metadata": ["168.63.129.16/32"],
  "link-local": ["169.254.0.0/16"],
  "protocol assignments": ["192.0.0.0/24"],
  documentation: ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"],
  AS112: ["192.31.196.0/24", "192.175.48.0/24"],
  AMT: ["192.52.193.0/24"],
  "6to4 relay": ["192.88.99.0/24"],
  benchmarking: ["198.18.0.0/15"],
  multicast: ["224.0.0.0/4"],
  reserved: ["240.0.0.0/4"],
});

/** Within the global unicast space 2000::/3; everything outside that is forbidden as a whole. */
const FORBIDDEN_V6 = rangesOf((network) => ipaddr.IPv6.parseCIDR(network), {
  // Teredo (2001::/32), ORCHID and benchmarking are among them.
  "protocol assignments": ["2001::/23"],
  documentation: ["2001:db8::/32", "3fff::/20"],
  "6to4": ["2002::/16"],
});
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR("2000::/3");
const NAT64 = ipaddr.IPv6.parseCIDR("64:ff9b::/96");

const ALLOWED = "allowed";
const OUTSIDE = "not global unicast";

/** Why an IP address is not to be reached, such as "loopback"; null for an address of the public internet. */
export function forbiddenBecause(address: string): string | null {
  // Only what sockets take as an address is judged as one: the library reads 0x7f.1 too, and zones.
  if (isIP(address) === 0) return "not an IP address";
  if (address.includes("%")) return "link-local";
  // The library takes ::10.0.0.1 (IPv4-compatible, obsolete) for ::ffff:10.0.0.1.
  if (/^::\d+\./.test(address)) return OUTSIDE;
  const parsed = ipaddr.parse(address);
  return parsed instanceof ipaddr.IPv4 ? judgeV4(parsed) : judgeV6(parsed);
}

function judgeV4(address: ipaddr.IPv4): string | null {
  const what = ipaddr.subnetMatch(address, FORBIDDEN_V4, ALLOWED);
  return what === ALLOWED ? null : what;
}

function judgeV6(address: ipaddr.IPv6): string | null {
  if (address.isIPv4MappedAddress()) return judgeV4(address.toIPv4Address()) ?? "IPv4 in IPv6";
  // The way of a host with IPv6 alone into the IPv4 internet: what counts is where it comes out.
  if (address.match(NAT64)) return judgeV4(new ipaddr.IPv4(address.toByteArray().slice(12)));
  if (!address.match(GLOBAL_UNICAST)) return OUTSIDE;
  const what = ipaddr.subnetMatch(address, FORBIDDEN_V6, ALLOWED);
  return what === ALLOWED ? null : what;
}
