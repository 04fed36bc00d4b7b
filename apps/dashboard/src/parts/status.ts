/** What a colour stands for; each has its icon and its form in a strip, so that no colour stands alone. */
export type Tone = "finished" | "failed" | "late" | "running" | "skipped" | "missed" | "planned";

interface Status {
  readonly word: string;
  readonly tone: Tone;
}

/** The statuses of runs. */
export const RUN_STATUSES: Readonly<Record<string, Status>> = {
  SCHEDULED: { word: "Waits", tone: "planned" },
  PROCESSING: { word: "Running", tone: "running" },
  FINISHED: { word: "Finished", tone: "finished" },
  FAILED: { word: "Failed", tone: "failed" },
  TIMED_OUT: { word: "Timed out", tone: "late" },
  CANCELLED: { word: "Cancelled", tone: "skipped" },
  SKIPPED: { word: "Skipped", tone: "skipped" },
  MISSED: { word: "Missed", tone: "missed" },
};

/** The severities of problems. */
export const SEVERITIES: Readonly<Record<string, Status>> = {
  ERROR: { word: "Error", tone: "failed" },
  WARNING: { word: "Warning", tone: "late" },
  INFO: { word: "Info", tone: "skipped" },
};

/** Worst first: what a cell of a strip shows when several things happened in it. */
const WORST_FIRST: readonly Tone[] = ["failed", "late", "missed", "running", "skipped", "finished", "planned"];

export function worstOf(tones: readonly Tone[]): Tone | null {
  return WORST_FIRST.find((tone) => tones.includes(tone)) ?? null;
}

/** A word for people from a word of the api: `TIMED_OUT` becomes `Timed out`. */
export function toWord(code: string): string {
  const words = code.toLowerCase().replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
