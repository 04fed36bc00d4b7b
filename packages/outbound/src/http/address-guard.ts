import { lookup as lookupInDns } from "node:dns";
import { isIP, type LookupFunction } from "node:net";

import { DrumlineError } from "@drumline/core/errors";

import { forbiddenBecause } from "./address-ranges.ts";

/** A URL that somebody gave us leads to where our own servers may be, or is none that can be called. */
export class AddressRefused extends DrumlineError {
  constructor(host: string, why: string, cure: string) {
    super(`${host} may not be reached: ${why}. ${cure}`, { code: "ADDRESS_REFUSED" });
  }
}

export interface AddressPolicy {
  /** Of the private networks, what is meant: `host:port` as written in the URL. "all" for addresses of our own settings. */
  readonly allowed: readonly string[] | "all";
  /** Ends the refusal: what to do if the address is meant. */
  readonly cure: string;
  /** Resolves names; a test's own. */
  readonly lookup?: LookupFunction;
}

/** Where URLs from tables may lead: the public internet, and of the private networks what the policy names. */
export interface AddressGuard {
  /** Throws `AddressRefused` for an address that is forbidden as written. A name is judged when it is looked up. */
  check(url: URL): void;
  /**
   * Resolves the URL's name for the very socket that connects, so that a name that changes its address between two
   * questions (DNS rebinding) gains nothing. One forbidden address among several refuses the name.
   */
  lookupFor(url: URL): LookupFunction;
}

export function createAddressGuard({ allowed, cure, lookup = lookupInDns }: AddressPolicy): AddressGuard {
  const isAllowed = ({ hostname, port, protocol }: URL): boolean =>
    allowed === "all" || allowed.includes(`${hostname}:${port || (protocol === "https:" ? "443" : "80")}`);

  const refuseForbidden = (host: string, addresses: readonly string[]): void => {
    if (addresses.length === 0) throw new AddressRefused(host, "its name has no address", cure);
    for (const address of addresses) {
      const why = forbiddenBecause(address);
      if (why !== null)
        throw new AddressRefused(host, address === host ? why : `it resolves to ${address} (${why})`, cure);
    }
  };

  const guardedLookup: LookupFunction = (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, "", 0);
      const addresses = Array.isArray(found) ? found : [{ address: found, family: isIP(found) }];
      try {
        refuseForbidden(
          host,
          addresses.map(({ address }) => address),
        );
      } catch (refusal) {
        return callback(refusal as NodeJS.ErrnoException, "", 0);
      }
      const [first] = addresses;
      if (options.all === true) callback(null, addresses);
      else callback(null, first!.address, first!.family);
    });
  };

  return {
    check: (url) => {
      // The URL parser has already turned 0x7f.1, 2130706433 and 127.1 into 127.0.0.1.
      const host = url.hostname.replace(/^\[|\]$/g, "");
      // Node resolves no literal address, so the lookup never sees one.
      if (isIP(host) !== 0 && !isAllowed(url)) refuseForbidden(host, [host]);
    },
    lookupFor: (url) => (isAllowed(url) ? lookup : guardedLookup),
  };
}

/** For gateways whose address stands in our own settings: it is meant, wherever it leads. */
export const openGuard = (): AddressGuard => createAddressGuard({ allowed: "all", cure: "" });
