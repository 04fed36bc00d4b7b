import { z } from "zod";

/** Where a carrier is and how to log in. */
export interface CarrierAccess {
  /** Without user and password. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** PostNL's own status API, which says where parcels are and no more; without it the shipment flow contract. */
  readonly speaks?: "postnl";
}

const CODE = /^[a-z0-9][a-z0-9_-]{0,31}$/;
const EXPECTED =
  "expected carrier codes with a URL each, such as correios=https://user:password@correios.example.com,jadlog=https://… " +
  'or {"correios":"https://…"}; in a password write , as %2C, = as %3D, @ as %40 and % as %25';

/**
 * Reads CARRIERS: `code=url` pairs or a JSON object. Credentials stand in the URL. Throws with what is wrong, by the number
 * of the entry: a comma in a password makes what follows it look like an entry of its own.
 */
export function parseCarriers(raw: string): ReadonlyMap<string, CarrierAccess> {
  const pairs = raw.trimStart().startsWith("{") ? readJsonPairs(raw) : readPlainPairs(raw);
  return new Map(
    pairs.map(([name, url], index) => {
      const code = toCarrierCode(name);
      if (code === null)
        throw new Error(`entry ${index + 1} is no carrier code (a-z, 0-9, - and _, at most 32) and a URL; ${EXPECTED}`);
      return [code, toAccess(index + 1, url)] as const;
    }),
  );
}

/** The code a name from outside stands for; null where it cannot be one. */
export function toCarrierCode(name: string): string | null {
  const code = name.trim().toLowerCase().replaceAll(/\s+/g, "-");
  return CODE.test(code) ? code : null;
}

function readJsonPairs(raw: string): [string, string][] {
  try {
    return Object.entries(z.record(z.string(), z.string()).parse(JSON.parse(raw)));
  } catch (cause) {
    throw new Error(`is not a JSON object of URLs; ${EXPECTED}`, { cause });
  }
}

function readPlainPairs(raw: string): [string, string][] {
  return raw.split(",").map((pair, index) => {
    const at = pair.indexOf("=");
    if (at < 1) throw new Error(`entry ${index + 1} has no code before a =; ${EXPECTED}`);
    return [pair.slice(0, at), pair.slice(at + 1).trim()];
  });
}

const POSTNL = "postnl+";

function toAccess(entry: number, written: string): CarrierAccess {
  const isPostnl = written.startsWith(POSTNL);
  const text = isPostnl ? written.slice(POSTNL.length) : written;
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new Error(`the URL of entry ${entry} is none that starts with http:// or https://; ${EXPECTED}`);
  const url = new URL(text);
  const access = { user: decoded(url.username, entry), password: decoded(url.password, entry) };
  url.username = "";
  url.password = "";
  return { ...access, url: url.href, ...(isPostnl ? { speaks: "postnl" } : {}) };
}

function decoded(part: string, entry: number): string {
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    throw new Error(
      `user or password in the URL of entry ${entry} has a % that begins no code: write %25 for it; ${EXPECTED}`,
      {
        cause,
      },
    );
  }
}
