import type { Setting } from "@drumline/core/config";
import { defaultTrigger, describeTrigger, SCHEDULE_KEYS } from "@drumline/core/scheduling";
import type { ScheduledTask } from "@drumline/tasks";

import type { SettingGroup } from "./group-settings.ts";

const WIDTH = 118;

const HEAD = `# Every key Drumline reads. Written by \`npm run generate\`; to change a description, change the code it stands in.
# Copy to .env and fill in what should differ: an empty value means the default. Real environment variables win.
# \`npx drumline check\` says everything that is wrong with it.`;

const COMPOSE = `# ==== Read by docker compose ====

# Password of the PostgreSQL that compose starts: letters and digits. There is no default.
POSTGRES_PASSWORD=

# Password of the Redis that compose starts: letters and digits. There is no default.
REDIS_PASSWORD=

# Worker containers.
# Default: 2
WORKER_REPLICAS=

# Port of this machine under which the api answers.
# Default: 3000
API_PUBLISHED_PORT=`;

const SCHEDULES_HEAD = [
  "# ==== Schedules ====",
  "# Each has five keys:",
  ...SCHEDULE_KEYS.map(({ suffix, about }) => wrap(`X${suffix} ${about}`)),
  "# A change takes a restart of beat.",
].join("\n");

/** `.env.example`: each setting once, under the first process that reads it, then the five keys of each schedule. */
export function toEnvExample(groups: readonly SettingGroup[], schedules: readonly ScheduledTask[]): string {
  const sections = groups.map(({ name, settings }) =>
    [`# ==== Read by ${name} ====`, ...settings.map(toSettingLines)].join("\n\n"),
  );
  return `${[HEAD, ...sections, COMPOSE, SCHEDULES_HEAD, ...schedules.map(toScheduleLines)].join("\n\n")}\n`;
}

function toSettingLines({ key, about, fallback, example }: Setting<unknown>): string {
  const byDefault = fallback === null || fallback === "" ? [] : [`Default: ${fallback}`];
  const forExample = example === undefined || example === fallback ? [] : [`For example: ${example}`];
  return [wrap(about), ...[...byDefault, ...forExample].map((line) => `# ${line}`), `${key}=`].join("\n");
}

function toScheduleLines({ entry, name, summary, built }: ScheduledTask): string {
  const words = describeTrigger(defaultTrigger(entry, "UTC"));
  const { envKey } = entry;
  return [
    wrap(
      `${entry.key}: ${summary} Default: ${words}.${built ? "" : " Not built yet: the keys are checked, nothing runs."}`,
    ),
    `# ${name}`,
    ...SCHEDULE_KEYS.map(({ suffix }) => `${envKey}${suffix}=`),
  ].join("\n");
}

/** As comment lines. */
function wrap(text: string): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    if (line === "") lines[lines.length - 1] = word;
    else if (line.length + word.length + 1 <= WIDTH) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => `# ${line}`).join("\n");
}
