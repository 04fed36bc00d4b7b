import { z } from "zod";

/** Where a carrier is and how to log in. */
export interface CarrierAccess {
  /** Without user and password. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

const CODE = /^[a-z0-9][a-z0-9_-]{0,31}$/;
const EXPECTED =
  "expected carrier codes with a URL each, such as correios=https://user:password@correios.example.com,jadlog=https://… " +
  'or {"correios":"https://…"}';

/** Reads CARRIERS: `code=url` pairs or a JSON object. Credentials stand in the URL. Throws with what is wrong. */
export function parseCarriers(raw: string): ReadonlyMap<string, CarrierAccess> {
  const pairs = raw.trimStart().startsWith("{") ? readJsonPairs(raw) : readPlainPairs(raw);
  return new Map(
    pairs.map(([name, url]) => {
      const code = toCarrierCode(name);
      if (code === null) throw new Error(`"${name}" is no carrier code (a-z, 0-9, - and _, at most 32); ${EXPECTED}`);
      return [code, toAccess(code, url)] as const;
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
  return raw.split(",").map((pair) => {
    const at = pair.indexOf("=");
    if (at < 1) throw new Error(`an entry has no code before a =; ${EXPECTED}`);
    return [pair.slice(0, at), pair.slice(at + 1).trim()];
  });
}

function toAccess(code: string, text: string): CarrierAccess {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new Error(`the URL of ${code} is none that starts with http:// or https://; ${EXPECTED}`);
  const url = new URL(text);
  const access = { user: decoded(url.username, code), password: decoded(url.password, code) };
  url.username = "";
  url.password = "";
  return { ...access, url: url.href };
}

function decoded(part: string, code: string): string {
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    throw new Error(
      `user or password in the URL of ${code} has a % that begins no code: write %25 for it; ${EXPECTED}`,
      {
        cause,
      },
    );
  }
}
