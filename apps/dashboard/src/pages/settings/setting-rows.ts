import type { Schemas } from "../../client/api.ts";

export type Setting = Schemas["Setting"];

/** A line of the page: a setting, or all keys of one schedule. */
export interface SettingRow {
  readonly key: string;
  readonly group: string;
  readonly about: string;
  readonly schedule: string | null;
  /** Those whose values are shown: of a schedule what was set, or else what it is timed by. */
  readonly shown: readonly Setting[];
  readonly all: readonly Setting[];
}

interface Wanted {
  readonly q?: string | undefined;
  readonly source?: Setting["source"] | undefined;
}

/** Group after group as .env.example has them; of a filter, what has each of its words somewhere. */
export function toSettingRows(settings: readonly Setting[], { q = "", source }: Wanted): SettingRow[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  return toRows(settings).filter(
    (row) =>
      (source === undefined || row.shown.some((setting) => setting.source === source)) &&
      words.every((word) => row.all.some((setting) => textOf(setting).includes(word))),
  );
}

function toRows(settings: readonly Setting[]): SettingRow[] {
  const rows = new Map<string, Setting[]>();
  for (const setting of settings) {
    const of = setting.schedule ?? setting.key;
    rows.set(of, [...(rows.get(of) ?? []), setting]);
  }
  return [...rows.values()].map((all) => {
    const { key, group, about, schedule } = all[0]!;
    return { key, group: toHeading(group), about, schedule, shown: schedule === null ? all : timingOf(all), all };
  });
}

function timingOf(keys: readonly Setting[]): readonly Setting[] {
  const set = keys.filter(({ isSet }) => isSet);
  return set.length > 0 ? set : keys.filter(({ key, value }) => value !== null && /_(SCHEDULE|CRONTAB)$/.test(key));
}

const toHeading = (group: string): string => (group === "schedules" ? "Schedules" : `Read by ${group}`);

const textOf = ({ key, about, value, schedule }: Setting): string =>
  `${key} ${about} ${value ?? ""} ${schedule ?? ""}`.toLowerCase();
