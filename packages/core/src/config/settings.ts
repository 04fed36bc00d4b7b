import { type ConfigProblem, InvalidConfiguration } from "./problem.ts";

export type Env = Readonly<Record<string, string | undefined>>;

/** One env key of a process: how it is read, what it means and what it is when absent. */
export interface Setting<Value> {
  readonly key: string;
  /** What the key does, in words for `.env.example`; say the unit. */
  readonly about: string;
  /** As it would be written in `.env`; null when the key may stay empty. */
  readonly fallback: string | null;
  readonly example?: string;
  readonly secret?: boolean;
  /** Throws with a message that says what was expected. */
  readonly parse: (raw: string) => Value;
  /** Why this text cannot serve where NODE_ENV is production, with its cure; null where it can. Never holds any of it. */
  readonly refuseInProduction?: (raw: string) => string | null;
  /** Why this text, or its absence (null), cannot stand beside what other keys hold, with its cure; null where it can. */
  readonly refuseBeside?: (raw: string | null, holds: (key: string) => string | null) => string | null;
}

export type Settings = Readonly<Record<string, Setting<unknown>>>;
export type ValuesOf<S extends Settings> = {
  readonly [Name in keyof S]: S[Name] extends Setting<infer Value> ? Value : never;
};

/**
 * Reads every setting, or throws `InvalidConfiguration` naming all that are wrong.
 * Empty values count as absent, so that `KEY=` in a copied `.env.example` means the default.
 */
export function readSettings<const S extends Settings>(settings: S, env: Env): ValuesOf<S> {
  const { values, problems } = collectSettings(settings, env);
  if (problems.length > 0) throw new InvalidConfiguration(problems);
  return values;
}

/** As `readSettings`, but hands the problems over, so that a caller can report them beside its own. */
export function collectSettings<const S extends Settings>(
  settings: S,
  env: Env,
): { values: ValuesOf<S>; problems: ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const values: Record<string, unknown> = {};
  const holds = (key: string) => env[key]?.trim() || null;
  for (const [name, setting] of Object.entries(settings)) {
    const written = holds(setting.key);
    const raw = written ?? setting.fallback;
    const refuse = (problem: string) =>
      problems.push({
        key: setting.key,
        value: written === null ? null : setting.secret ? "[secret]" : written,
        problem,
        ...(setting.example === undefined ? {} : { example: `${setting.key}=${setting.example}` }),
      });
    const misplaced = setting.refuseBeside?.(written, holds) ?? null;
    if (misplaced !== null) refuse(misplaced);
    if (raw === null) {
      values[name] = null;
      continue;
    }
    try {
      values[name] = setting.parse(raw);
      const unfit = isProduction(env) ? (setting.refuseInProduction?.(raw) ?? null) : null;
      if (unfit !== null) refuse(unfit);
    } catch (error) {
      refuse((error as Error).message);
    }
  }
  return { values: values as ValuesOf<S>, problems };
}

const isProduction = (env: Env): boolean => env["NODE_ENV"]?.trim().toLowerCase() === "production";
