import { lookup as lookupInDns } from "node:dns";
import { isIP, type LookupFunction } from "node:net";

import { DrumlineError } from "@drumline/core/errors";

import { forbiddenBecause } from "./address-policy.ts";

/** A webhook that would have gone where none may go. */
export class ForbiddenTarget extends DrumlineError {
  constructor(host: string, why: string) {
    super(
      `webhooks to ${host} are not allowed: ${why}. Use a host on the public internet; for development only, set WEBHOOK_ALLOW_PRIVATE=true.`,
      { code: "FORBIDDEN_TARGET" },
    );
  }
}

/**
 * The target of a webhook, as far as its text can be judged. Throws `ForbiddenTarget` for anything but http and https,
 * for credentials in the URL (headers are the place for them), and for an address that is forbidden as written. The
 * URL parser has already turned 0x7f.1, 2130706433 and 127.1 into 127.0.0.1.
 */
export function parseTarget(raw: string, { allowPrivate }: { allowPrivate: boolean }): URL {
  if (!URL.canParse(raw)) throw new ForbiddenTarget(JSON.stringify(raw.slice(0, 200)), "it is not a URL");
  const url = new URL(raw);
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw new ForbiddenTarget(url.host || url.protocol, `${url.protocol} is neither http: nor https:`);
  if (url.username !== "" || url.password !== "")
    throw new ForbiddenTarget(url.host, "the URL holds credentials, which would end up in logs; send a header instead");
  const host = url.hostname.replace(/^\[|\]$/g, "");
  // Node resolves no literal address, so the lookup below never sees one.
  if (!allowPrivate && isIP(host) !== 0) refuseForbidden(host, [host]);
  return url;
}

/**
 * A resolver for sockets that answers only with addresses a webhook may go to. The socket connects to the very address
 * that was judged, so a name that changes its address between two questions (DNS rebinding) gains nothing. One
 * forbidden address among several refuses the name. Throws `ForbiddenTarget` into the socket.
 */
export function createGuardedLookup({
  allowPrivate,
  lookup = lookupInDns,
}: {
  allowPrivate: boolean;
  lookup?: LookupFunction;
}): LookupFunction {
  if (allowPrivate) return lookup;
  return (host, options, callback) => {
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
}

function refuseForbidden(host: string, addresses: readonly string[]): void {
  if (addresses.length === 0) throw new ForbiddenTarget(host, "its name has no address");
  for (const address of addresses) {
    const why = forbiddenBecause(address);
    if (why !== null) throw new ForbiddenTarget(host, address === host ? why : `it resolves to ${address} (${why})`);
  }
}
