import IconAlertTriangle from "@tabler/icons-react/icons/IconAlertTriangle";
import IconBan from "@tabler/icons-react/icons/IconBan";
import IconCircleCheck from "@tabler/icons-react/icons/IconCircleCheck";
import IconCircleDashed from "@tabler/icons-react/icons/IconCircleDashed";
import IconCircleX from "@tabler/icons-react/icons/IconCircleX";
import IconClockExclamation from "@tabler/icons-react/icons/IconClockExclamation";
import IconLoader2 from "@tabler/icons-react/icons/IconLoader2";

import { RUN_STATUSES, type Tone, toWord } from "./status.ts";

const ICONS: Readonly<Record<Tone, typeof IconBan>> = {
  finished: IconCircleCheck,
  failed: IconCircleX,
  late: IconAlertTriangle,
  missed: IconClockExclamation,
  running: IconLoader2,
  skipped: IconBan,
  planned: IconCircleDashed,
};

type StatusBadgeProps =
  | { /** A status of runs. */ readonly status: string; readonly tone?: never; readonly word?: never }
  | { /** Of anything else. */ readonly tone: Tone; readonly word: string; readonly status?: never };

/** An icon and the word, the icon in the colour of what it means: `<StatusBadge status={run.status} />`. */
export function StatusBadge({ status, ...given }: StatusBadgeProps) {
  const known = status === undefined ? undefined : RUN_STATUSES[status];
  const tone = given.tone ?? known?.tone ?? "planned";
  const word = given.word ?? known?.word ?? toWord(status ?? "");
  const Icon = ICONS[tone];
  return (
    <span className="status-badge" data-tone={tone}>
      <Icon size={16} stroke={2} aria-hidden />
      {word}
    </span>
  );
}
