import type { Setting } from "./settings.ts";

interface About {
  readonly about: string;
  readonly example?: string;
}

export function integer(
  key: string,
  { fallback, min, max, ...about }: About & { fallback: number; min: number; max: number },
): Setting<number> {
  return {
    key,
    ...about,
    example: about.example ?? String(fallback),
    fallback: String(fallback),
    parse: (raw) => {
      const value = Number(raw);
      if (!/^-?\d+$/.test(raw) || value < min || value > max)
        throw new Error(`expected a whole number from ${min} to ${max}`);
      return value;
    },
  };
}

/** A whole number that may stay empty (null), which then means what `about` says. */
export function optionalInteger(
  key: string,
  { min, max, ...about }: About & { min: number; max: number },
): Setting<number | null> {
  return { ...integer(key, { fallback: min, min, max, ...about }), fallback: null };
}

export function choice<const Option extends string>(
  key: string,
  options: readonly Option[],
  { fallback, ...about }: About & { fallback: NoInfer<Option> },
): Setting<Option> {
  return {
    key,
    ...about,
    example: about.example ?? fallback,
    fallback,
    parse: (raw) => {
      const found = options.find((option) => option === raw.toLowerCase());
      if (found === undefined) throw new Error(`expected one of ${options.join(", ")}`);
      return found;
    },
  };
}

const ON = new Set(["true", "1", "yes", "on"]);
const OFF = new Set(["false", "0", "no", "off"]);

/** The project's one grammar for switches (the OMS guide's `env_key`, widened). Throws on anything else. */
export function parseSwitch(raw: string): boolean {
  const word = raw.trim().toLowerCase();
  if (ON.has(word)) return true;
  if (OFF.has(word)) return false;
  throw new Error("expected true, 1, yes or on to enable, or false, 0, no or off to disable");
}

export function toggle(key: string, { fallback, ...about }: About & { fallback: boolean }): Setting<boolean> {
  return { key, ...about, example: about.example ?? String(fallback), fallback: String(fallback), parse: parseSwitch };
}

/** A URL whose protocol is one of `protocols`; may stay empty (null). A secret, since it may carry a password. */
export function optionalUrl(key: string, protocols: readonly string[], about: About): Setting<string | null> {
  return { key, ...about, fallback: null, secret: true, parse: (raw) => parseUrl(raw, protocols) };
}

const ENCODED =
  "In user and password write anything but letters, digits and - . _ ~ percent-encoded: %40 for @, %2F for /, %23 for #, %3A for :, %25 for %";

/** Throws with what was expected, and no piece of it. Drivers would meet a wrong % only when they connect. */
function parseUrl(raw: string, protocols: readonly string[]): string {
  const starts = protocols.map((protocol) => `${protocol}://`);
  if (!starts.some((start) => raw.toLowerCase().startsWith(start)))
    throw new Error(`expected a URL that starts with ${starts.join(" or ")}`);
  if (!URL.canParse(raw)) throw new Error(`expected a URL: this one cannot be read. ${ENCODED}`);
  const { username, password, pathname, host } = new URL(raw);
  for (const part of [username, password, pathname, host]) {
    try {
      decodeURIComponent(part);
    } catch {
      throw new Error(`expected a URL: a % in this one begins no code of two digits (%25 is the % itself). ${ENCODED}`);
    }
  }
  return raw;
}

export function url(
  key: string,
  protocols: readonly string[],
  { fallback, ...about }: About & { fallback: string },
): Setting<string> {
  const { parse } = optionalUrl(key, protocols, about);
  return { key, ...about, example: about.example ?? fallback, fallback, parse: (raw) => parse(raw)! };
}

export function text(key: string, { fallback, ...about }: About & { fallback: string }): Setting<string> {
  return { key, ...about, fallback, parse: (raw) => raw };
}

/** A name or secret that may stay empty (null). */
export function optionalText(
  key: string,
  { secret = false, ...about }: About & { secret?: boolean },
): Setting<string | null> {
  return { key, ...about, fallback: null, secret, parse: (raw) => raw };
}

/** Comma-separated hosts with their ports; none unless told. */
export const hosts = (key: string, about: About): Setting<readonly string[]> => ({
  key,
  ...about,
  fallback: "",
  parse: (raw) => raw.split(",").map((host) => host.trim()),
});

/** Comma-separated words out of a closed set; the fallback is all of them. */
export function listOf<const Option extends string>(
  key: string,
  options: readonly Option[],
  about: About,
): Setting<readonly Option[]> {
  return {
    key,
    ...about,
    example: about.example ?? options.join(","),
    fallback: options.join(","),
    parse: (raw) => {
      const words = raw.split(",").map((word) => word.trim());
      const unknown = words.filter((word) => !options.some((option) => option === word));
      if (unknown.length > 0) throw new Error(`unknown ${unknown.join(", ")}; expected some of ${options.join(", ")}`);
      return options.filter((option) => words.includes(option));
    },
  };
}

export function timezone(key: string, { fallback, ...about }: About & { fallback: string }): Setting<string> {
  return { key, ...about, example: about.example ?? "Europe/Amsterdam", fallback, parse: parseTimezone };
}

/** Throws where the platform does not know the IANA zone. */
export function parseTimezone(raw: string): string {
  try {
    new Intl.DateTimeFormat("en", { timeZone: raw });
  } catch {
    throw new Error(`unknown time zone "${raw}"; expected an IANA name such as Europe/Amsterdam or UTC`);
  }
  if (/^[+-]/.test(raw))
    throw new Error(`"${raw}" is an offset, not a time zone; expected an IANA name such as Europe/Amsterdam or UTC`);
  return raw;
}

/** Whether it is an IANA zone that the platform knows: what `parseTimezone` takes. */
export function isTimezone(raw: string): boolean {
  try {
    parseTimezone(raw);
    return true;
  } catch {
    return false;
  }
}
