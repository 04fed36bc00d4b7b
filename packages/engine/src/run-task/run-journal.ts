import type { Clock } from "@drumline/core/clock";
import type { Log } from "@drumline/core/log";
import type { RecordProblem } from "@drumline/core/task";

export interface LogLine {
  readonly runId: string;
  readonly at: Date;
  readonly level: string;
  readonly message: string;
  readonly fields: object;
}

/** What a run says while it works, kept until the next lease renewal writes it down. Bounded: a chatty run cannot fill memory or the ledger. */
export interface RunJournal {
  readonly log: Log;
  progress(done: number, total?: number): void;
  reportProblem(problem: RecordProblem): void;
  /** Lines since the last call. */
  takeLines(): LogLine[];
  readonly state: {
    readonly progress: { done: number; total: number | null } | null;
    readonly problems: readonly RecordProblem[];
    readonly problemCount: number;
  };
}

const KEPT_LINES = 1_000;
const KEPT_PROBLEMS = 100;

export function createRunJournal(runId: string, processLog: Log, clock: Clock): RunJournal {
  let lines: LogLine[] = [];
  let lineCount = 0;
  const problems: RecordProblem[] = [];
  let problemCount = 0;
  let progress: { done: number; total: number | null } | null = null;

  const write = (level: "debug" | "info" | "warn" | "error") => (fields: object, message: string) => {
    processLog[level]({ runId, ...fields }, message);
    if (level === "debug") return;
    lineCount += 1;
    if (lineCount < KEPT_LINES) lines.push({ runId, at: clock.now(), level, message, fields });
    else if (lineCount === KEPT_LINES)
      lines.push({
        runId,
        at: clock.now(),
        level: "warn",
        message: `only the first ${KEPT_LINES} lines are kept`,
        fields: {},
      });
  };

  return {
    log: { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") },
    progress: (done, total) => {
      progress = { done, total: total ?? null };
    },
    reportProblem: (problem) => {
      problemCount += 1;
      if (problems.length < KEPT_PROBLEMS)
        problems.push({ recordId: problem.recordId, error: problem.error.slice(0, 1_000) });
    },
    takeLines: () => {
      const taken = lines;
      lines = [];
      return taken;
    },
    get state() {
      return { progress, problems, problemCount };
    },
  };
}
