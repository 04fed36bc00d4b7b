import type { CanarySeen, RunSeen, TextSeen } from "./observed.sql.ts";
import type { HealthSeen } from "./watch.ts";
import type { HostileTask } from "./work.ts";
import type { WorkerSeen } from "./workers.ts";

/** All that was observed of one hostile run. */
export interface Observed {
  readonly workers: readonly WorkerSeen[];
  /** As they ended, and the tries before. */
  readonly runs: readonly RunSeen[];
  readonly passing: readonly RunSeen[];
  readonly canaries: readonly CanarySeen[];
  readonly harmed: readonly string[];
  readonly served: Readonly<Record<string, number>>;
  readonly texts: readonly TextSeen[];
  readonly health: readonly HealthSeen[];
  /** Lines of the processes' logs that no answer from outside may cause. */
  readonly logLines: readonly string[];
  /** Null when health turned red for Omnitron's silence of 3,000 years; else what it said instead. */
  readonly silence: string | null;
  /** Tasks that did not finish although all gateways were well again. */
  readonly unwell: readonly string[];
}

/** Something that no answer from outside may do. */
export interface Fault {
  readonly kind: string;
  readonly what: string;
  /** Null where it is nobody's in particular. */
  readonly task: string | null;
  readonly at: Date | null;
}

const LONGEST_P999_MS = 100;
const LONGEST_GAP_MS = 8_000;
const LONGEST_WAIT_MS = 61 * 60_000;
const LEASE_LAG_MS = 5_000;

const OPEN = new Set(["SCHEDULED", "PROCESSING"]);

/** Words of a fault of ours in a text that should name a fault of theirs. */
const HIDES = [
  /stopped showing life/,
  /Invalid `?[\w.]+\(?\)?`? invocation/,
  /Raw query failed/,
  /Maximum call stack/,
  /^(Type|Range|Reference)Error\b/,
  /is not (a function|iterable)/,
  /Cannot (read|set|convert|destructure)/,
  /\b(22P05|22008|22009|22021|22003|23502|23505|40P01)\b/,
  /out of range for type/,
  /invalid (byte sequence|input syntax)/,
  /unsupported Unicode escape/,
  /could not be stored/,
  /deadlock/i,
  /\[object Object\]/,
  /heap limit|out of memory/i,
  /worker's process ended/,
  /packages\/\w+\/src/,
];

/**
 * What is wrong, worst first; empty when the line was not stopped. Delays are judged unless the machine is busy with other
 * work, where they say more of that work than of ours.
 */
export function judge(observed: Observed, work: readonly HostileTask[], { isBusy = false } = {}): Fault[] {
  return [
    ...judgeWorkers(observed.workers, isBusy),
    ...observed.canaries.flatMap((canary) => judgeCanary(canary, isBusy)),
    ...(observed.canaries.length < 2 ? [fault("canary", "the canaries' schedules did not run")] : []),
    ...observed.harmed.map((harm) => fault("innocent harmed", harm)),
    ...Object.entries(observed.served).flatMap(([partner, times]) =>
      times > 0 ? [] : [fault("innocent harmed", `${partner} was never served`)],
    ),
    ...observed.runs
      .filter(({ status }) => OPEN.has(status))
      .map(({ task, status, at }) => ({
        ...fault("not ended", `${task} is ${status}, though nothing hostile is left to wait for`),
        task,
        at,
      })),
    ...[...observed.runs, ...observed.passing].flatMap((run) => judgeRun(run, work)),
    ...observed.unwell.map((task) => ({
      ...fault("not well again", `${task} does not finish among good answers`),
      task,
    })),
    ...observed.texts.flatMap(({ where, text }) =>
      findHidden(text).map((pattern) => fault("hidden cause", `${where} (${pattern}): ${text}`)),
    ),
    ...observed.health.flatMap(({ at, reasons }) =>
      reasons.map(({ code, message }) => ({ ...fault("health red", `${code}: ${message}`), at })),
    ),
    ...(observed.silence === null
      ? []
      : [
          fault(
            "health green",
            `Omnitron asked for silence, and health named it at no time; it said: ${observed.silence}`,
          ),
        ]),
    ...observed.logLines.map((line) => fault("log", line)),
  ];
}

function judgeWorkers(workers: readonly WorkerSeen[], isBusy: boolean): Fault[] {
  return workers.flatMap(({ name, pid, death, p999Ms, maxMs }) => [
    ...(death === null ? [] : [fault("worker death", `${name} (${pid}) died: ${death}`)]),
    ...(isBusy || p999Ms < LONGEST_P999_MS
      ? []
      : [fault("event loop", `${name} (${pid}): p99.9 ${p999Ms} ms, at most ${maxMs} ms`)]),
  ]);
}

function judgeCanary({ key, finished, failed, triedTwice, longestGapMs, error }: CanarySeen, isBusy: boolean): Fault[] {
  return [
    ...(failed > 0 ? [fault("canary", `${key}: ${failed} runs failed, such as: ${error}`)] : []),
    ...(triedTwice > 0 ? [fault("canary", `${key}: ${triedTwice} runs took a second try`)] : []),
    ...(!isBusy && longestGapMs > LONGEST_GAP_MS
      ? [
          fault(
            "canary",
            `${key}: nothing finished for ${(longestGapMs / 1_000).toFixed(1)} s (${finished} finished in all)`,
          ),
        ]
      : []),
  ];
}

function judgeRun(run: RunSeen, work: readonly HostileTask[]): Fault[] {
  const { task, at, status, error, problems, waitsMs, overdueMs } = run;
  const { names = null } = work.find((known) => known.task === task) ?? {};
  const say = (kind: string, what: string): Fault => ({ kind, what: `${task} ${status}: ${what}`, task, at });
  return [
    ...[error, ...problems].flatMap((text) =>
      findHidden(text ?? "").map((pattern) => say("hidden cause", `(${pattern}) ${text}`)),
    ),
    ...(error === null || names === null || names.test(error) || findHidden(error).length > 0
      ? []
      : [say("unnamed cause", error)]),
    ...(names === null && error !== null ? [say("failed for nobody's sake", error)] : []),
    ...(["FAILED", "TIMED_OUT"].includes(status) && error === null
      ? [say("no cause", "it ended without an error")]
      : []),
    ...(waitsMs !== null && waitsMs > LONGEST_WAIT_MS
      ? [say("waits too long", `until ${new Date(Date.now() + Math.min(waitsMs, 8e14)).toISOString()}: ${error}`)]
      : []),
    ...(overdueMs !== null && overdueMs > LEASE_LAG_MS
      ? [say("nobody works on it", `its lease ended ${Math.round(overdueMs / 1_000)} s ago`)]
      : []),
  ];
}

const findHidden = (text: string): string[] =>
  HIDES.filter((pattern) => pattern.test(text))
    .map(String)
    .slice(0, 1);

const fault = (kind: string, what: string): Fault => ({ kind, what, task: null, at: null });
