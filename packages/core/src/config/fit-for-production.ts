import type { Setting, Settings } from "./settings.ts";

/** A setting whose fallback is the sandbox: where NODE_ENV is production, neither nothing nor the sandbox's own will do. */
export function notTheSandbox<Value>(setting: Setting<Value>): Setting<Value> {
  const refuseInProduction = (raw: string) =>
    toComparable(raw) === toComparable(setting.fallback ?? "")
      ? "is the sandbox's, which plays the outside world for development; in production set the real one"
      : null;
  return { ...setting, refuseInProduction };
}

/** `http://127.0.0.1:4010/` is the same place as `http://LOCALHOST:4010`. */
const toComparable = (raw: string): string =>
  URL.canParse(raw) ? new URL(raw).href.replace(/\/\/(localhost|\[::1\]|127(\.\d+){3})(?=[:/])/, "//127.0.0.1") : raw;

/** The same settings for a process that reads them and acts on none of them outside: a development value stops no start. */
export function unchecked<S extends Settings>(settings: S): S {
  const never = { refuseInProduction: () => null };
  return Object.fromEntries(
    Object.entries(settings).map(([name, setting]) => [name, { ...setting, ...never }]),
  ) as unknown as S;
}

/** A secret of our own making, which nobody else limits: where NODE_ENV is production, it must be hard to guess. */
export function hardToGuess<Value>(setting: Setting<Value>, howToMake: string): Setting<Value> {
  const refuseInProduction = (raw: string) =>
    isGuessable(raw)
      ? `can be guessed: it is a word, a row or a repetition. In production use one from: ${howToMake}`
      : null;
  return { ...setting, refuseInProduction };
}

const FEWEST_DIFFERENT = 10;
const FEWEST_WITHOUT_WORDS = 16;
/** What people write where something secret should stand. */
const WORDS =
  /admin|token|secret|password|passwort|change|replace|please|example|sample|drumline|sandbox|default|production|test|demo|your|this|here|letmein|welcome|qwerty|asdf|super|public|private|0123456789|123456789|12345|abcdefgh|abc123|deadbeef|cafebabe|[^a-z0-9]+/g;

/** Whether a text has too little in it that could not be foreseen: words, rows of neighbours, one piece again and again. */
export function isGuessable(text: string): boolean {
  const small = text.toLowerCase();
  const rest = withoutRows(withoutRepetition(small).replaceAll(WORDS, ""));
  return new Set(rest).size < FEWEST_DIFFERENT || rest.length < FEWEST_WITHOUT_WORDS;
}

/** The piece that the whole is made of. */
function withoutRepetition(text: string): string {
  const period = `${text}${text}`.indexOf(text, 1);
  return text.slice(0, period);
}

/** Each character that follows its neighbour, as in abcd, 4321 and aaaa, counts for nothing. */
const withoutRows = (text: string): string =>
  Array.from(text)
    .filter((character, at) => at === 0 || Math.abs(character.codePointAt(0)! - text.codePointAt(at - 1)!) > 1)
    .join("");
