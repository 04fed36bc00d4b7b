import { toDuration } from "../../parts/format-time.ts";

/** Below this it began when it was due. */
const ON_TIME_MS = 1_000;

/** How much later than due it began, `+41 s`; nothing where it began in time, or was never due. */
export function LateBy({ dueAt, startedAt }: { readonly dueAt: string | null; readonly startedAt: string | null }) {
  if (dueAt === null || startedAt === null) return null;
  const lateMs = Date.parse(startedAt) - Date.parse(dueAt);
  if (lateMs < ON_TIME_MS) return null;
  return (
    <span className="late-by" title="Began so much later than it was due">
      +{toDuration(lateMs)}
    </span>
  );
}
