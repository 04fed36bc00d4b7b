import { Empty, ErrorState, Loading } from "../../parts/states.tsx";
import { toWord } from "../../parts/status.ts";
import { TimeText } from "../../parts/time-text.tsx";
import { diffSettings } from "./diff-settings.ts";
import { SettingsDiff } from "./settings-diff.tsx";
import { useScheduleChanges } from "./schedule-queries.ts";

/** Who changed it, when, and what of it. */
export function ChangesTab({ scheduleKey }: { readonly scheduleKey: string }) {
  const changes = useScheduleChanges(scheduleKey);
  if (changes.isError)
    return <ErrorState what="The changes" error={changes.error} onRetry={() => void changes.refetch()} />;
  if (changes.data === undefined) return <Loading what="the changes" />;
  if (changes.data.items.length === 0)
    return (
      <Empty title="Nobody has changed it">
        Each change appears here with who made it, and the settings before and after.
      </Empty>
    );
  return (
    <ol className="changes">
      {changes.data.items.map(({ id, action, by, at, version, before, after }) => {
        const settings = before === null || after === null ? [] : diffSettings(before, after);
        return (
          <li key={id} className="panel">
            <div className="panel-head">
              <span className="name">{toWord(action)}</span>
              <span>by {by}</span>
              <span className="meta push">
                version {version} · <TimeText at={at} />
              </span>
            </div>
            {settings.length > 0 && (
              <div className="panel-body">
                <SettingsDiff settings={settings} />
              </div>
            )}
          </li>
        );
      })}
    </ol>
  );
}
