import { toPrintable } from "@drumline/core/log";
import type { RunRow } from "@drumline/engine";

import type { Paint } from "../output/color.ts";
import { formatDuration } from "../output/duration.ts";
import { formatInstant, formatShort } from "../output/instant.ts";
import { cutTo, fitTo } from "../output/width.ts";
import type { DueSoon, TopFacts } from "./load-facts.ts";

/** A row that can be chosen: what Enter opens and the keys act on. */
export type TopRow =
  { readonly kind: "run"; readonly run: RunRow } | { readonly kind: "schedule"; readonly due: DueSoon };

export interface FrameSize {
  readonly columns: number;
  readonly rows: number;
}

interface Look extends FrameSize {
  readonly timezone: string;
  readonly paint: Paint;
}

/** Title, sentence, three headings and the line of keys. */
const FIXED_ROWS = 6;
const MOST_NEXT = 10;

/** What fits on a screen, in its order: running, next, failed. */
export function rowsInSight({ running, next, failures }: TopFacts, { rows }: FrameSize) {
  const room = Math.max(3, rows - FIXED_ROWS);
  const shownNext = next.slice(0, Math.min(MOST_NEXT, Math.max(1, room - 4)));
  const left = room - shownNext.length;
  const forFailures = Math.min(failures.length, Math.floor(left / 2));
  return {
    running: running.slice(0, left - forFailures),
    next: shownNext,
    failures: failures.slice(0, left - Math.min(running.length, left - forFailures)),
  };
}

export function toRows(facts: TopFacts, size: FrameSize): TopRow[] {
  const { running, next, failures } = rowsInSight(facts, size);
  const toRunRow = (run: RunRow): TopRow => ({ kind: "run", run });
  return [
    ...running.map(toRunRow),
    ...next.map((due): TopRow => ({ kind: "schedule", due })),
    ...failures.map(toRunRow),
  ];
}

/** Pure: the lines of one screen, none wider than it is. `chosen` is the number of a row of `toRows`, or null. */
export function formatFrame(facts: TopFacts, chosen: number | null, footer: string, look: Look): string[] {
  const { columns, paint, timezone } = look;
  const { running, next, failures } = rowsInSight(facts, look);
  const sections: [string, string, string[]][] = [
    ["Running", "nothing runs", running.map((run) => runningLine(run, facts.at, columns))],
    ["Next", "no schedule is on", next.map((due) => dueLine(due, facts.at, timezone))],
    ["Last failures", "none", failures.map((run) => failureLine(run, timezone))],
  ];
  let no = 0;
  const body = sections.flatMap(([title, none, lines]) => [
    paint.heading(title) + (lines.length === 0 ? `  ${paint.quiet(none)}` : ""),
    ...lines.map((line) => {
      const isChosen = no === chosen;
      no += 1;
      const text = fitTo(`${isChosen ? ">" : " "} ${toOneLine(line)}`, columns);
      return isChosen ? paint.chosen(text) : text.trimEnd();
    }),
  ]);
  const sentence = cutTo(toSentence(facts), columns);
  const isWell = facts.late.length === 0 && facts.beats > 0 && facts.workers > 0;
  return [
    titleLine(facts, look),
    isWell ? sentence : paint.late(sentence),
    ...body,
    paint.quiet(cutTo(footer, columns)),
  ];
}

/** The first thing that is wrong, or that all is well; then what goes on. */
export function toSentence(facts: TopFacts): string {
  const { late, beats, workers, schedulesOn, running, next, at } = facts;
  if (beats === 0) return "No beat lives: no schedule fires. Start one: npm run beat";
  if (workers === 0) return "No worker lives: runs wait. Start one: npm run worker";
  const [oldest] = late;
  const first = next.find(({ pausedBy }) => pausedBy === null);
  const goesOn = `${schedulesOn} ${schedulesOn === 1 ? "schedule" : "schedules"} on, ${running.length} running${first === undefined ? "" : `, next in ${inTime(first.dueAt, at)}`}`;
  if (oldest === undefined) return `All well. ${goesOn}`;
  const late1 = late.length === 1 ? "1 schedule is" : `${late.length} schedules are`;
  return `${late1} late: ${oldest.schedule} by ${formatDuration(oldest.lateMs)}. ${goesOn}`;
}

function titleLine({ at, beats, workers, openProblems }: TopFacts, { columns, timezone, paint }: Look): string {
  const counts = `beats ${beats} · workers ${workers} · open problems ${openProblems}`;
  const time = `drumline  ${formatInstant(new Date(Math.floor(at.getTime() / 1_000) * 1_000), timezone)}`;
  return paint.heading(fitTo(time, Math.max(0, columns - counts.length))) + cutTo(counts, columns);
}

const BAR = 10;

function runningLine(run: RunRow, now: Date, columns: number): string {
  const took = formatDuration(now.getTime() - (run.startedAt ?? run.createdAt).getTime());
  return `${took.padStart(10)}  ${fitTo(nameOf(run), Math.max(20, Math.min(40, columns - 46)))}  ${toProgress(run.progress)}`;
}

/** A bar where the whole is known, else how many are done. */
export function toProgress(progress: unknown): string {
  const { done, total } = (progress ?? {}) as { done?: unknown; total?: unknown };
  if (typeof done !== "number") return "";
  if (typeof total !== "number" || total <= 0) return `${done.toLocaleString("en-US")} done`;
  const share = Math.min(1, Math.max(0, done / total));
  const full = Math.floor(share * BAR);
  const bar = `${"#".repeat(full)}${".".repeat(BAR - full)}`;
  return `${bar} ${String(Math.floor(share * 100)).padStart(3)} % of ${total.toLocaleString("en-US")}`;
}

function dueLine({ key, dueAt, pausedBy, pausedReason }: DueSoon, now: Date, timezone: string): string {
  const when = `${inTime(dueAt, now).padStart(10)}  ${fitTo(key, 32)}`;
  return pausedBy === null
    ? `${when}  ${formatShort(dueAt, timezone)}`
    : `${when}  paused by ${pausedBy}: ${pausedReason}`;
}

function failureLine(run: RunRow, timezone: string): string {
  const at = formatShort(run.finishedAt ?? run.createdAt, timezone).slice(0, 12);
  return `${at}  ${fitTo(nameOf(run), 26)}  ${run.error ?? run.status}`;
}

/** A schedule's key says more than the path of its task. */
const nameOf = ({ schedule, task }: RunRow): string => schedule ?? task.split(".").at(-1)!;

const inTime = (dueAt: Date, now: Date): string => formatDuration(Math.max(0, dueAt.getTime() - now.getTime()));

const toOneLine = (line: string): string => toPrintable(line.replaceAll(/\s*[\n\r\t]\s*/g, " "));
