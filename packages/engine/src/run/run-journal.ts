import type { Clock } from "@drumline/core/clock";
import type { Log } from "@drumline/core/log";
import type { RecordProblem } from "@drumline/core/task";
import { type StorableJson, toStorableJson, toStorableText } from "@drumline/core/text";

export interface LogLine {
  /** Counts through all tries of a run: what the run's row says is kept is not written again. */
  readonly no: number;
  readonly at: Date;
  readonly level: string;
  readonly message: string;
  readonly fields: StorableJson;
}

/**
 * What a run says while it works, as it can be stored. Lines stay here until they are known to be written. Bounded: a
 * chatty run cannot fill memory or the ledger.
 */
export interface RunJournal {
  readonly log: Log;
  progress(done: number, total?: number): void;
  reportProblem(problem: RecordProblem): void;
  unsavedLines(): readonly LogLine[];
  /** Lines up to this number are written. */
  markSaved(lastNo: number): void;
  readonly state: {
    readonly progress: StorableJson;
    readonly problems: readonly RecordProblem[];
    readonly problemCount: number;
  };
}

const KEPT_LINES = 1_000;
/** Of all lines of a try together. */
const KEPT_CHARACTERS = 500_000;
const MESSAGE_CODE_POINTS = 2_000;
const FIELD_LIMITS = { maxValues: 500, maxTextCodePoints: 4_000, maxCodePoints: 10_000 };
const KEPT_PROBLEMS = 100;
const PROBLEM_CODE_POINTS = 1_000;
const RECORD_ID_CODE_POINTS = 200;

/** `linesBefore`: how many lines earlier tries have left with the run. */
export function createRunJournal(runId: string, processLog: Log, clock: Clock, linesBefore = 0): RunJournal {
  let lines: LogLine[] = [];
  let lineCount = 0;
  let characters = 0;
  const problems: RecordProblem[] = [];
  let problemCount = 0;
  let progress: StorableJson = null;

  const keep = (level: string, message: string, fields: StorableJson) => {
    lineCount += 1;
    lines.push({ no: linesBefore + lineCount, at: clock.now(), level, message, fields });
  };
  let isFull = false;
  const write = (level: "info" | "warn" | "error") => (given: object, text: string) => {
    const message = toStorableText(text, MESSAGE_CODE_POINTS);
    const fields = toStorableJson(given, FIELD_LIMITS);
    processLog[level]({ runId, ...Object(fields) }, message);
    if (isFull) return;
    characters += message.length + JSON.stringify(fields).length;
    isFull = lineCount >= KEPT_LINES - 1 || characters > KEPT_CHARACTERS;
    if (isFull) keep("warn", `only the first ${lineCount} lines are kept`, {});
    else keep(level, message, fields);
  };

  return {
    log: {
      debug: (fields, message) => processLog.debug({ runId, ...fields }, message),
      info: write("info"),
      warn: write("warn"),
      error: write("error"),
    },
    progress: (done, total) => {
      progress = toStorableJson({ done, total: total ?? null });
    },
    reportProblem: ({ recordId, error }) => {
      problemCount += 1;
      if (problems.length < KEPT_PROBLEMS)
        problems.push({
          recordId: toStorableText(recordId, RECORD_ID_CODE_POINTS),
          error: toStorableText(error, PROBLEM_CODE_POINTS),
        });
    },
    unsavedLines: () => lines,
    markSaved: (lastNo) => {
      lines = lines.filter(({ no }) => no > lastNo);
    },
    get state() {
      return { progress, problems, problemCount };
    },
  };
}
