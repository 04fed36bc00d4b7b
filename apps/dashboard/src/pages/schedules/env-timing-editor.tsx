import { useState } from "react";

import { CopyButton } from "../../parts/copy-button.tsx";
import type { ScheduleDetail } from "./schedule-queries.ts";
import { TimingFields } from "./timing-fields.tsx";
import { type Timing, toTiming, toTimingWish } from "./timing-form.ts";
import { TimingPreview, useValidation } from "./timing-preview.tsx";

interface EnvTimingEditorProps {
  readonly schedule: ScheduleDetail;
  readonly envKey: string | undefined;
}

/** A timing that env keys say is tried out here, and set there: the lines to set are given to copy. */
export function EnvTimingEditor({ schedule, envKey = "KEY" }: EnvTimingEditorProps) {
  const [timing, setTiming] = useState<Timing>(() => toTiming(schedule));
  const validation = useValidation(timing, schedule.key);
  const lines = toEnvLines(envKey, timing);
  return (
    <div className="editor">
      <div className="stack">
        <p className="notice">
          Env keys set this schedule, so it is changed in the environment of beat, which is then restarted. Pausing and
          running it work here.
        </p>
        <TimingFields timing={timing} onChange={setTiming} fault={validation.data?.errors[0]?.field?.name} />
        <div className="panel">
          <div className="panel-head">
            <h2>Set this in .env</h2>
            <span className="push">
              <CopyButton text={lines} />
            </span>
          </div>
          <pre className="panel-body env-lines" tabIndex={0}>
            {lines}
          </pre>
        </div>
      </div>
      <TimingPreview validation={validation} timing={timing} overlapPolicy={schedule.overlap} />
    </div>
  );
}

/** Only one of the two may be set, so the other is named as one to take out. */
function toEnvLines(envKey: string, timing: Timing): string {
  const wish = toTimingWish(timing);
  if ("everySeconds" in wish) return `${envKey}_SCHEDULE=${wish.everySeconds}\n# and no ${envKey}_CRONTAB`;
  return `${envKey}_CRONTAB=${wish.crontab}\n${envKey}_TIMEZONE=${wish.timezone}\n# and no ${envKey}_SCHEDULE`;
}
