import { StatusBadge } from "../../parts/status-badge.tsx";
import { type Tone, toWord } from "../../parts/status.ts";

const TONES: Readonly<Record<string, Tone>> = {
  NEW: "planned",
  PROCESSING: "running",
  RETRY: "late",
  FINISHED: "finished",
  DONE: "finished",
  FAILED: "failed",
  SKIPPED: "skipped",
  REJECTED: "failed",
  RECEIVED: "planned",
};

export const TaskStatus = ({ word }: { readonly word: string }) => (
  <StatusBadge tone={TONES[word] ?? "planned"} word={toWord(word)} />
);

/** What the api counts no further is shown as "10,000+". */
const MOST_COUNTED = 10_001;

export const toCount = (count: number): string =>
  count >= MOST_COUNTED ? `${(MOST_COUNTED - 1).toLocaleString("en")}+` : count.toLocaleString("en");
