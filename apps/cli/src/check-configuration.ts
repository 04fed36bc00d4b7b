import { collectSettings, type ConfigProblem, type Env, type Setting, type Settings } from "@drumline/core/config";
import { closestName, editDistance } from "@drumline/core/errors";
import { findClockChanges, resolveEnvSchedules } from "@drumline/core/scheduling";
import type { TaskDefinition } from "@drumline/core/task";

export interface ConfigurationReport {
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly string[];
  /** What was read, for the summary. */
  readonly schedules: { readonly enabled: number; readonly disabled: number };
}

export interface CheckedConfiguration {
  readonly env: Env;
  /** Keys that somebody wrote down for us: a slip among them is a problem, elsewhere it may be another program's key. */
  readonly ownKeys: readonly string[];
  /** Lines of the env file that are none. */
  readonly fileProblems?: readonly ConfigProblem[];
  /** By process. */
  readonly settings: Readonly<Record<string, Settings>>;
  readonly tasks: readonly TaskDefinition[];
  readonly now: Date;
}

/** Tables refer to these by name: no setting of ours, and no slip. */
const REFERRED = /^ECOMNOW_SECRET_/;

/** All that is wrong with an environment, at once: the settings of every process and the timings of every schedule. */
export function checkConfiguration({
  env,
  ownKeys,
  fileProblems = [],
  settings,
  tasks,
  now,
}: CheckedConfiguration): ConfigurationReport {
  const byKey = new Map(
    Object.values(settings).flatMap((own) => Object.values(own).map((setting) => [setting.key, setting])),
  );
  const resolved = resolveEnvSchedules(tasks, env, { knownKeys: byKey.keys() });
  const scheduleKeys = new Set(resolved.schedules.flatMap(({ from }) => from));
  const problems = [
    ...fileProblems,
    ...Object.values(settings).flatMap((own) => collectSettings(own, env).problems),
    ...resolved.problems,
    ...ownKeys
      .filter((key) => !byKey.has(key) && !scheduleKeys.has(key) && !REFERRED.test(key))
      .flatMap((key) => findSlip(key, env, byKey)),
  ];
  const enabled = resolved.schedules.filter((schedule) => schedule.enabled).length;
  return {
    problems: [...new Map(problems.map((problem) => [problem.key, problem])).values()],
    warnings: resolved.schedules.flatMap(({ key, warnings, trigger, enabled: isOn }) => {
      const nights = isOn ? findClockChanges(trigger, now).map(({ inWords }) => inWords) : [];
      return [...warnings, ...nights].map((warning) => `${key}: ${warning}`);
    }),
    schedules: { enabled, disabled: resolved.schedules.length - enabled },
  };
}

/** One slip per six letters, three at most: short keys must be exact. */
function findSlip(key: string, env: Env, byKey: ReadonlyMap<string, Setting<unknown>>): ConfigProblem[] {
  const meant = closestName(key, byKey.keys());
  const slipsAllowed = Math.min(3, Math.floor(key.length / 6));
  if (meant === null || editDistance(key.toUpperCase(), meant) > slipsAllowed) return [];
  const value = byKey.get(meant)?.secret ? "[secret]" : (env[key] ?? "");
  return [{ key, value, problem: `is no key of ours; did you mean ${meant}?` }];
}
