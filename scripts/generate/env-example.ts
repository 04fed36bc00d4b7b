import { databaseSettings, type Setting, type Settings } from "@drumline/core/config";
import { defaultTrigger, describeTrigger } from "@drumline/core/scheduling";
import type { ScheduledTask } from "@drumline/tasks";

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

const SCHEDULES_HEAD = `# ==== Schedules ====
# Each has five keys. X switches it: true, 1, yes, on or false, 0, no, off; default: true.
# X_SCHEDULE is the seconds between runs, as a number or a product such as 60*5.
# X_CRONTAB is minute,hour,day of month,month,day of week, such as 0,3,*,*,*; with blanks between the fields it is a
# standard crontab, in which lists are possible: 0,30 3 * * *. Set X_SCHEDULE or X_CRONTAB, not both.
# X_TIMEZONE is the IANA time zone of the crontab; default: BEAT_TIMEZONE.
# X_PING_URL is called when a run starts, succeeds, fails or is late (docs/operations.md, "Ping URLs"); a secret.
# A change takes a restart of beat.`;

/** `.env.example`: each setting once, under the first process that reads it, then the five keys of each schedule. */
export function toEnvExample(
  byProcess: Readonly<Record<string, Settings>>,
  schedules: readonly ScheduledTask[],
): string {
  const seen = new Set<string>();
  const sections = Object.entries({ "every process": databaseSettings, ...byProcess }).flatMap(
    ([process, settings]) => {
      const own = Object.values(settings).filter(({ key }) => !seen.has(key) && seen.add(key));
      return own.length === 0 ? [] : [[`# ==== Read by ${process} ====`, ...own.map(toSettingLines)].join("\n\n")];
    },
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
    ...["", "_SCHEDULE", "_CRONTAB", "_TIMEZONE", "_PING_URL"].map((suffix) => `${envKey}${suffix}=`),
  ].join("\n");
}

const WIDTH = 118;

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
