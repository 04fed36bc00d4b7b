import { lookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

import { DrumlineError } from "@drumline/core/errors";

/** A URL from a table led to where our own servers may be. */
export class AddressRefused extends DrumlineError {
  constructor(host: string, address: string) {
    super(
      `${host} is ${address === host ? "" : `${address}, `}an address of a private network, which URLs from tables may not ` +
        "reach. If it is meant, name it in ECOMNOW_PRIVATE_HOSTS as host:port.",
      { code: "ADDRESS_REFUSED" },
    );
  }
}

export interface AddressGuard {
  /** Throws `AddressRefused` for a literal address; a name is looked at when it is looked up. */
  check(url: URL): void;
  /** For the connection itself, so that a name cannot change its address in between. */
  lookupFor(url: URL): LookupFunction;
}

/** Lets URLs from tables reach the public internet, and of the private networks what `allowed` names (`host:port`). */
export function createAddressGuard(allowed: readonly string[]): AddressGuard {
  const isAllowed = ({ hostname, port, protocol }: URL) =>
    allowed.includes(`${hostname}:${port || (protocol === "https:" ? "443" : "80")}`);

  return {
    check: (url) => {
      const host = url.hostname.replace(/^\[|\]$/g, "");
      if (isIP(host) !== 0 && !isAllowed(url) && isPrivate(host)) throw new AddressRefused(host, host);
    },
    lookupFor: (url) => (hostname, options, callback) => {
      lookup(hostname, { ...options, all: true }, (error, addresses) => {
        const refused = error ?? firstRefused(hostname, isAllowed(url) ? [] : addresses);
        if (refused !== null) callback(refused, "", 0);
        else if (options.all === true) callback(null, addresses);
        else callback(null, addresses[0]!.address, addresses[0]!.family);
      });
    },
  };
}

function firstRefused(hostname: string, addresses: readonly { readonly address: string }[]): AddressRefused | null {
  const found = addresses.find(({ address }) => isPrivate(address));
  return found === undefined ? null : new AddressRefused(hostname, found.address);
}

/** Also true of an IPv4 address in IPv6 clothes. */
export function isPrivate(address: string): boolean {
  return privateNetworks.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

const privateNetworks = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const)
  privateNetworks.addSubnet(network, prefix, "ipv4");
for (const [network, prefix] of [
  ["::", 96],
  ["64:ff9b::", 96],
  ["2002::", 16],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
] as const)
  privateNetworks.addSubnet(network, prefix, "ipv6");
