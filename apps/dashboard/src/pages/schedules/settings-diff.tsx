import type { ChangedSetting } from "./diff-settings.ts";

interface SettingsDiffProps {
  readonly settings: readonly ChangedSetting[];
  /** Names of the two sides where they are no before and after. */
  readonly sides?: readonly [string, string];
}

/** Settings that differ, the one before and the one after. */
export function SettingsDiff({ settings, sides = ["before", "after"] }: SettingsDiffProps) {
  return (
    <dl className="facts diff">
      {settings.map(({ name, before, after }) => (
        <div key={name} className="diff-row">
          <dt className="mono">{name}</dt>
          <dd>
            <del title={sides[0]}>{before ?? "not set"}</del> <span aria-hidden>→</span>{" "}
            <ins title={sides[1]}>{after ?? "not set"}</ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}
