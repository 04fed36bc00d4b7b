import type { Round } from "./drive.ts";
import type { Fault, Observed } from "./judge.ts";
import type { RunSeen } from "./observed.sql.ts";
import type { HostileOptions, QueueKind } from "./options.ts";
import type { SpoiledCounts } from "./outside/plan.ts";
import type { HostileTask } from "./work.ts";

const MOST_PER_KIND = 12;
const MOST_CHARACTERS = 400;

interface Case {
  readonly queue: QueueKind;
  readonly options: HostileOptions;
  readonly work: readonly HostileTask[];
  readonly rounds: readonly Round[];
}

/** The table of gateway × mutation × outcome: which answers were given, and how the runs ended that were under way. */
export function toOutcomeTable({ rounds, work }: Case, runs: readonly RunSeen[], spoiled: SpoiledCounts): string {
  const outcomes = new Map<string, Map<string, number>>();
  for (const run of runs) {
    const round = roundOf(rounds, run.at);
    const gateways = work.find(({ task }) => task === run.task)?.gateways ?? [];
    for (const gateway of round === null ? [] : gateways) {
      const key = `${gateway}: ${round!.plan[gateway]}`;
      if (spoiled[key] === undefined) continue;
      const counts = outcomes.get(key) ?? new Map<string, number>();
      counts.set(run.status, (counts.get(run.status) ?? 0) + 1);
      outcomes.set(key, counts);
    }
  }
  return Object.entries(spoiled)
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([key, count]) => {
      const ends = [...(outcomes.get(key) ?? [])].map(([status, times]) => `${times} ${status}`).join(", ");
      return `  ${key.padEnd(60)} ${String(count).padStart(6)}   ${ends}`;
    })
    .join("\n");
}

export function toFigures({ workers, canaries, runs, served }: Observed): string {
  const counts = new Map<string, number>();
  for (const { status } of runs) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [
    `  runs: ${[...counts].map(([status, count]) => `${count} ${status}`).join(", ")}`,
    ...workers.map(
      ({ name, pid, death, p999Ms, maxMs, withOthersP999Ms, rssMegabytes }) =>
        `  ${name} (${pid}): loop p99.9 ${p999Ms} ms, max ${maxMs} ms (with what others took p99.9 ${withOthersP999Ms} ms), ${rssMegabytes} MB${death === null ? "" : `, died: ${death}`}`,
    ),
    ...canaries.map(
      ({ key, finished, longestGapMs, p99Ms }) =>
        `  ${key}: ${finished} finished, p99 ${p99Ms.toFixed(0)} ms after due, longest gap ${longestGapMs.toFixed(0)} ms`,
    ),
    `  served all the while: ${Object.entries(served)
      .map(([partner, times]) => `${partner} ${times}`)
      .join(", ")}`,
  ].join("\n");
}

/** Faults by kind, each text once, with the command that repeats the case. */
export function toFaultList(subject: Case, faults: readonly Fault[]): string {
  const kinds = [...new Set(faults.map(({ kind }) => kind))];
  return kinds
    .map((kind) => {
      const list = faults.filter((fault) => fault.kind === kind);
      const unique = [...new Map(list.map((fault) => [fault.what.replace(/\d+/g, "#").slice(0, 160), fault])).values()];
      const lines = unique.slice(0, MOST_PER_KIND).map((fault) => `  - ${clip(fault.what)}${toRepeat(subject, fault)}`);
      const rest = unique.length > MOST_PER_KIND ? [`  … and ${unique.length - MOST_PER_KIND} more like it`] : [];
      return [`${kind}: ${list.length}`, ...lines, ...rest].join("\n");
    })
    .join("\n");
}

function toRepeat({ queue, options, work, rounds }: Case, { task, at }: Fault): string {
  const round = at === null ? null : roundOf(rounds, at);
  if (task === null || round === null) return "";
  const { gateways = [] } = work.find((known) => known.task === task) ?? {};
  return gateways
    .filter((gateway) => round.plan[gateway] !== undefined)
    .map(
      (gateway) =>
        `\n      npm run hostile -- --minutes 0.5 --seed ${options.seed} --queue ${queue} --only ${task} --gateway ${gateway} --mutation ${JSON.stringify(round.plan[gateway])}`,
    )
    .join("");
}

const roundOf = (rounds: readonly Round[], at: Date): Round | null => rounds.findLast(({ from }) => from <= at) ?? null;

const clip = (text: string): string =>
  text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}… (${text.length} characters)`;
