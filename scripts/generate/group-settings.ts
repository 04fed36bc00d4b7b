import { databaseSettings, type Setting, type Settings } from "@drumline/core/config";

export interface SettingGroup {
  /** Whoever reads these, as a heading says it. */
  readonly name: string;
  readonly settings: readonly (Setting<unknown> & { readonly readBy: readonly string[] })[];
}

const EVERY_PROCESS = "every process";

/** Each setting once, under the first process that reads it. */
export function groupSettings(byProcess: Readonly<Record<string, Settings>>): SettingGroup[] {
  const seen = new Set<string>();
  const readersOf = (key: string) =>
    Object.entries(byProcess).flatMap(([process, settings]) =>
      Object.values(settings).some((setting) => setting.key === key) ? [process] : [],
    );
  return Object.entries({ [EVERY_PROCESS]: databaseSettings, ...byProcess }).flatMap(([name, settings]) => {
    const own = Object.values(settings)
      .filter(({ key }) => !seen.has(key) && seen.add(key))
      .map((setting) => ({ ...setting, readBy: readersOf(setting.key) }));
    return own.length === 0 ? [] : [{ name, settings: own }];
  });
}

/** What the api tells of the settings of all processes, whose config.ts it may not load: what is declared, and no code. */
export function toDeclaredSettings(groups: readonly SettingGroup[]): string {
  const declared = groups.flatMap(({ name, settings }) =>
    settings.map(({ key, about, fallback, example = null, secret = false, readBy }) => ({
      key,
      group: name,
      about,
      fallback,
      example,
      secret,
      readBy,
    })),
  );
  return `${JSON.stringify(declared, null, 2)}\n`;
}
